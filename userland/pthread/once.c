/* pthread_once: the first caller runs the function, the others wait until it has returned. */
#include <pthread.h>

#include "futex.h"

enum { NEW = PTHREAD_ONCE_INIT, RUNNING, RUNNING_WITH_WAITERS, DONE };

int pthread_once(pthread_once_t *once, void (*function)(void))
{
    for (;;) {
        unsigned state = word_load(once);
        if (state == DONE)
            return 0;
        if (state == NEW) {
            if (!word_replace(once, NEW, RUNNING))
                continue;
            function();
            if (word_exchange(once, DONE) == RUNNING_WITH_WAITERS)
                futex_wake_all(once);
            return 0;
        }
        if (state == RUNNING_WITH_WAITERS || word_replace(once, RUNNING, RUNNING_WITH_WAITERS))
            futex_wait(once, RUNNING_WITH_WAITERS, 0, TOCSIN_FOREVER);
    }
}
