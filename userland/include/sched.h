/* POSIX <sched.h>. Priorities are the kernel's, 0 to 31; inside a level threads take turns, whatever the policy is called. */
#ifndef TOCSIN_SCHED_H
#define TOCSIN_SCHED_H

#ifdef __cplusplus
extern "C" {
#endif

#define SCHED_OTHER 0
#define SCHED_RR 2

struct sched_param {
    int sched_priority;
};

int sched_yield(void);
int sched_get_priority_min(int policy);
int sched_get_priority_max(int policy);

#ifdef __cplusplus
}
#endif
#endif
