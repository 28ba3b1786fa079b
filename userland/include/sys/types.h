/* POSIX <sys/types.h>. */
#ifndef TOCSIN_SYS_TYPES_H
#define TOCSIN_SYS_TYPES_H

#include <stddef.h>

typedef int ssize_t;
typedef long off_t;
typedef int pid_t;
/* Virtual nanoseconds stay below 2^53, 104 days: 32 bits of seconds are plenty, and `%ld` prints them. */
typedef long time_t;
typedef long clock_t;
typedef int clockid_t;
typedef long suseconds_t;
typedef unsigned useconds_t;

/* The address of the thread's control block, as a number that can be printed and compared. */
typedef unsigned long pthread_t;

#endif
