/* C11 7.13: the registers that a call keeps, ra and sp (RISC-V calling convention, ILP32). */
#ifndef TOCSIN_SETJMP_H
#define TOCSIN_SETJMP_H

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned jmp_buf[14];
typedef jmp_buf sigjmp_buf;

__attribute__((returns_twice)) int setjmp(jmp_buf place);
__attribute__((noreturn)) void longjmp(jmp_buf place, int value);

/* There are no signals here: no mask to save. */
#define setjmp setjmp
#define _setjmp(place) setjmp(place)
#define _longjmp(place, value) longjmp(place, value)
#define sigsetjmp(place, save_mask) setjmp(place)
#define siglongjmp(place, value) longjmp(place, value)

#ifdef __cplusplus
}
#endif
#endif
