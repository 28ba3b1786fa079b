/* The virtual clock, and POSIX's times in terms of it. */
#ifndef TOCSIN_LIBC_CLOCK_H
#define TOCSIN_LIBC_CLOCK_H

#include <time.h>
#include <tocsin.h>

#define NANOSECONDS_PER_SECOND 1000000000

static inline tocsin_time clock_now(void)
{
    tocsin_time now = 0;
    tocsin_clock_get(TOCSIN_CLOCK_MONOTONIC, &now);
    return now;
}

static inline int timespec_is_valid(const struct timespec *time)
{
    return time->tv_nsec >= 0 && time->tv_nsec < NANOSECONDS_PER_SECOND;
}

/* Times before the machine started are as good as its start. */
static inline tocsin_time timespec_nanoseconds(const struct timespec *time)
{
    if (time->tv_sec < 0)
        return 0;
    return (tocsin_time)time->tv_sec * NANOSECONDS_PER_SECOND + time->tv_nsec;
}

#endif
