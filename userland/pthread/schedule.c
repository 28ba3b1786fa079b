/* Priorities, and giving way to others. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <tocsin.h>

#include "../libc/thread.h"

int pthread_setschedparam(pthread_t scheduled, int policy, const struct sched_param *parameters)
{
    struct thread *thread = (struct thread *)(uintptr_t)scheduled;
    uint32_t priority = (uint32_t)parameters->sched_priority;
    if (policy != SCHED_OTHER && policy != SCHED_RR)
        return ENOTSUP;
    if (priority > TOCSIN_MAX_PRIORITY)
        return EINVAL;
    if (tocsin_object_set(thread->handle, TOCSIN_PROPERTY_PRIORITY, &priority, sizeof priority) != TOCSIN_OK)
        return ESRCH;
    thread->priority = (int)priority;
    return 0;
}

int pthread_getschedparam(pthread_t scheduled, int *policy, struct sched_param *parameters)
{
    struct thread *thread = (struct thread *)(uintptr_t)scheduled;
    *policy = SCHED_RR;
    parameters->sched_priority = thread->priority;
    return 0;
}

int sched_yield(void)
{
    tocsin_thread_yield();
    return 0;
}

int sched_get_priority_min(int policy)
{
    (void)policy;
    return 0;
}

int sched_get_priority_max(int policy)
{
    (void)policy;
    return TOCSIN_MAX_PRIORITY;
}
