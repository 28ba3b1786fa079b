/* The part of POSIX <unistd.h> that has a meaning here. */
#ifndef TOCSIN_UNISTD_H
#define TOCSIN_UNISTD_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE _SC_PAGESIZE
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84

/* Virtual time (see <time.h>); never interrupted. */
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);

/* To 1 and 2 only, both the console; anything else is EBADF. Not buffered. Up to 4,096 bytes stay together. */
ssize_t write(int fd, const void *bytes, size_t size);
/*
 * From 0 only. Waits until something was typed, and gives of it as much as is there, at most to the end of a line and at most 4,096
 * bytes; 0 bytes at the end of input, which is where a program begins that has no console driver.
 */
ssize_t read(int fd, void *bytes, size_t size);
/* The koid of the process. */
pid_t getpid(void);
/* Page size and number of harts; -1 and EINVAL for anything else. */
long sysconf(int name);
int isatty(int fd);
__attribute__((noreturn)) void _exit(int code);

#ifdef __cplusplus
}
#endif
#endif
