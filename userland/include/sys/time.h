/* POSIX <sys/time.h>: gettimeofday alone. */
#ifndef TOCSIN_SYS_TIME_H
#define TOCSIN_SYS_TIME_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};

/* The virtual clock of <time.h>; the second argument is not looked at. */
int gettimeofday(struct timeval *time, void *zone);

#ifdef __cplusplus
}
#endif
#endif
