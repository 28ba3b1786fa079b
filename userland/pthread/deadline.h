/* The deadlines of timed functions. */
#ifndef TOCSIN_PTHREAD_DEADLINE_H
#define TOCSIN_PTHREAD_DEADLINE_H

#include <errno.h>

#include "../libc/clock.h"

/* EINVAL when the nanoseconds are none, else 0. */
static inline int deadline_from(const struct timespec *time, tocsin_time *deadline)
{
    if (!timespec_is_valid(time))
        return EINVAL;
    *deadline = timespec_nanoseconds(time);
    return 0;
}

#endif
