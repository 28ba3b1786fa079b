/* C11 7.27 and POSIX clocks over the one virtual clock. */
#include <errno.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

time_t time(time_t *seconds)
{
    time_t now = (time_t)(clock_now() / NANOSECONDS_PER_SECOND);
    if (seconds != NULL)
        *seconds = now;
    return now;
}

double difftime(time_t end, time_t start)
{
    return (double)end - (double)start;
}

clock_t clock(void)
{
    return (clock_t)(clock_now() / (NANOSECONDS_PER_SECOND / CLOCKS_PER_SEC));
}

int timespec_get(struct timespec *time, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, time) == 0 ? base : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    tocsin_time now = 0;
    if (clock < CLOCK_REALTIME || clock > CLOCK_THREAD_CPUTIME_ID) {
        errno = EINVAL;
        return -1;
    }
    tocsin_clock_get(clock == CLOCK_THREAD_CPUTIME_ID ? TOCSIN_CLOCK_THREAD : TOCSIN_CLOCK_MONOTONIC, &now);
    time->tv_sec = (time_t)(now / NANOSECONDS_PER_SECOND);
    time->tv_nsec = (long)(now % NANOSECONDS_PER_SECOND);
    return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
    if (clock < CLOCK_REALTIME || clock > CLOCK_THREAD_CPUTIME_ID) {
        errno = EINVAL;
        return -1;
    }
    if (resolution != NULL) {
        resolution->tv_sec = 0;
        resolution->tv_nsec = 1;
    }
    return 0;
}

int clock_nanosleep(clockid_t clock, int options, const struct timespec *time, struct timespec *rest)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    if (!timespec_is_valid(time) || (time->tv_sec < 0 && !(options & TIMER_ABSTIME)))
        return EINVAL;
    tocsin_time start = options & TIMER_ABSTIME ? 0 : clock_now();
    tocsin_thread_sleep(start + timespec_nanoseconds(time));
    /* Nothing interrupts a sleep. */
    if (rest != NULL && !(options & TIMER_ABSTIME))
        *rest = (struct timespec){0, 0};
    return 0;
}

int nanosleep(const struct timespec *length, struct timespec *rest)
{
    int error = clock_nanosleep(CLOCK_MONOTONIC, 0, length, rest);
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

unsigned sleep(unsigned seconds)
{
    tocsin_thread_sleep(clock_now() + (tocsin_time)seconds * NANOSECONDS_PER_SECOND);
    return 0;
}

int usleep(useconds_t microseconds)
{
    tocsin_thread_sleep(clock_now() + (tocsin_time)microseconds * 1000);
    return 0;
}

int gettimeofday(struct timeval *time, void *zone)
{
    tocsin_time microseconds = clock_now() / 1000;
    (void)zone;
    time->tv_sec = (time_t)(microseconds / 1000000);
    time->tv_usec = (suseconds_t)(microseconds % 1000000);
    return 0;
}
