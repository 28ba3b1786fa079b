/*
 * C11 7.27 and POSIX clocks. There is one clock, the virtual one: nanoseconds since the machine started, one for each retired
 * instruction, and an idle machine jumps to the next deadline. CLOCK_REALTIME and CLOCK_MONOTONIC are the same; time() counts
 * its seconds, so a program sees the same times on every run.
 */
#ifndef TOCSIN_TIME_H
#define TOCSIN_TIME_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
/* What the process used is not counted apart from what the machine ran: the same as CLOCK_MONOTONIC. */
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define TIMER_ABSTIME 1

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

time_t time(time_t *seconds);
double difftime(time_t end, time_t start);
clock_t clock(void);
int timespec_get(struct timespec *time, int base);
int clock_gettime(clockid_t clock, struct timespec *time);
int clock_getres(clockid_t clock, struct timespec *resolution);
int nanosleep(const struct timespec *length, struct timespec *rest);
/* Returns an error number. */
int clock_nanosleep(clockid_t clock, int options, const struct timespec *time, struct timespec *rest);

#ifdef __cplusplus
}
#endif
#endif
