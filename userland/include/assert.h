/* C11 7.2. No include guard: every inclusion looks at NDEBUG again. */
#undef assert

#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __tocsin_assertion_failed(#condition, __FILE__, __LINE__, __func__))
#endif

#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif

#ifdef __cplusplus
extern "C" {
#endif
/* Prints `file:line: function: Assertion `condition' failed.` to stderr and aborts. */
__attribute__((noreturn)) void __tocsin_assertion_failed(const char *condition, const char *file, int line,
                                                         const char *function);
#ifdef __cplusplus
}
#endif
