/* C11 7.22, and what POSIX adds that textbook programs use. There is no environment and no shell. */
#ifndef TOCSIN_STDLIB_H
#define TOCSIN_STDLIB_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX 1

/* Blocks are aligned to 16 bytes, and backed when they are given out: a full quota means NULL and ENOMEM, never a fault. */
void *malloc(size_t size) __attribute__((malloc));
void *calloc(size_t count, size_t size) __attribute__((malloc));
void *realloc(void *block, size_t size);
void *aligned_alloc(size_t alignment, size_t size) __attribute__((malloc));
int posix_memalign(void **block, size_t alignment, size_t size);
void free(void *block);

/* In place, in time proportional to n log n whatever the order; equal elements may change places. */
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t count, size_t size, int (*compare)(const void *, const void *));

int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
double atof(const char *text);
long strtol(const char *text, char **end, int base);
long long strtoll(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);
/* Rounded correctly for double; the others are converted from that. */
double strtod(const char *text, char **end);
float strtof(const char *text, char **end);
long double strtold(const char *text, char **end);

/* The same sequence for the same seed, on every run; the seed is 1 until srand. */
int rand(void);
void srand(unsigned seed);
int rand_r(unsigned *state);
long random(void);
void srandom(unsigned seed);

typedef struct {
    int quot;
    int rem;
} div_t;

typedef struct {
    long quot;
    long rem;
} ldiv_t;

typedef struct {
    long long quot;
    long long rem;
} lldiv_t;

int abs(int value);
long labs(long value);
long long llabs(long long value);
div_t div(int numerator, int denominator);
ldiv_t ldiv(long numerator, long denominator);
lldiv_t lldiv(long long numerator, long long denominator);

/* Flushes the streams and ends the process with code 134, which is how shells show SIGABRT. */
__attribute__((noreturn)) void abort(void);
__attribute__((noreturn)) void exit(int code);
__attribute__((noreturn)) void _Exit(int code);
__attribute__((noreturn)) void quick_exit(int code);
/* Up to 64 functions; nonzero when there is no place left. */
int atexit(void (*function)(void));
int at_quick_exit(void (*function)(void));
/* Always NULL. */
char *getenv(const char *name);

#ifdef __cplusplus
}
#endif
#endif
