/*
 * C11 7.21 for the three streams of the console; there are no files. stdout is buffered to the end of the line, stderr to the
 * end of the call. Reading stdin puts out first what stdout still holds.
 */
#ifndef TOCSIN_STDIO_H
#define TOCSIN_STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct __tocsin_file FILE;

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

#define EOF (-1)
#define BUFSIZ 1024

/* How a stream is buffered: full, to the end of the line, not beyond the call. */
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

/*
 * All conversions of C11 but the wide characters (%lc, %ls) and positional arguments; long double is printed with the
 * precision of double. A directive that is not known is printed as it stands.
 */
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));
int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
int sprintf(char *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int asprintf(char **to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int vprintf(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
int vfprintf(FILE *stream, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
int vdprintf(int fd, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
int vsprintf(char *to, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
int vsnprintf(char *to, size_t size, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));
int vasprintf(char **to, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

int putchar(int c);
int putc(int c, FILE *stream);
int fputc(int c, FILE *stream);
int puts(const char *text);
int fputs(const char *text, FILE *stream);
size_t fwrite(const void *items, size_t size, size_t count, FILE *stream);
void perror(const char *prefix);

int getchar(void);
int getc(FILE *stream);
int fgetc(FILE *stream);
char *fgets(char *to, int size, FILE *stream);
int ungetc(int c, FILE *stream);
size_t fread(void *items, size_t size, size_t count, FILE *stream);
ssize_t getline(char **line, size_t *size, FILE *stream);

/*
 * All conversions of C11 but the wide characters; %p reads a hexadecimal number. A number has at most 1,100 characters. A prefix
 * 0x without digits is read as 0.
 */
int scanf(const char *format, ...) __attribute__((format(scanf, 1, 2)));
int fscanf(FILE *stream, const char *format, ...) __attribute__((format(scanf, 2, 3)));
int sscanf(const char *text, const char *format, ...) __attribute__((format(scanf, 2, 3)));
int vscanf(const char *format, va_list arguments) __attribute__((format(scanf, 1, 0)));
int vfscanf(FILE *stream, const char *format, va_list arguments) __attribute__((format(scanf, 2, 0)));
int vsscanf(const char *text, const char *format, va_list arguments) __attribute__((format(scanf, 2, 0)));

/* With a null pointer every stream. */
int fflush(FILE *stream);
int fclose(FILE *stream);
/* The buffer that is offered is not used: a stream keeps its own of BUFSIZ bytes. */
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
void setbuf(FILE *stream, char *buffer);
void setlinebuf(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);
int fileno(FILE *stream);

/* A thread may lock a stream to keep several calls together. */
void flockfile(FILE *stream);
int ftrylockfile(FILE *stream);
void funlockfile(FILE *stream);
int putc_unlocked(int c, FILE *stream);
int putchar_unlocked(int c);

#ifdef __cplusplus
}
#endif
#endif
