/*
 * Thread-specific values. A key that is deleted and created again has another generation, and values of the old one count as
 * NULL: nobody has to walk through all threads.
 */
#include "keys.h"

#include <errno.h>
#include <pthread.h>

struct key {
    /* 0 until it is first created; odd while it exists. */
    unsigned generation;
    void (*destructor)(void *);
};

static struct key keys[PTHREAD_KEYS_MAX];
static pthread_mutex_t keys_lock = PTHREAD_MUTEX_INITIALIZER;

static int exists(pthread_key_t key)
{
    return key < PTHREAD_KEYS_MAX && keys[key].generation % 2 == 1;
}

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    int status = EAGAIN;
    pthread_mutex_lock(&keys_lock);
    for (pthread_key_t i = 0; i < PTHREAD_KEYS_MAX; i++)
        if (!exists(i)) {
            keys[i].generation++;
            keys[i].destructor = destructor;
            *key = i;
            status = 0;
            break;
        }
    pthread_mutex_unlock(&keys_lock);
    return status;
}

int pthread_key_delete(pthread_key_t key)
{
    int status = EINVAL;
    pthread_mutex_lock(&keys_lock);
    if (exists(key)) {
        keys[key].generation++;
        status = 0;
    }
    pthread_mutex_unlock(&keys_lock);
    return status;
}

void *pthread_getspecific(pthread_key_t key)
{
    struct thread *self = thread_current();
    if (!exists(key) || self->specific[key].generation != keys[key].generation)
        return NULL;
    return self->specific[key].value;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    struct thread *self = thread_current();
    if (!exists(key))
        return EINVAL;
    self->specific[key].generation = keys[key].generation;
    self->specific[key].value = (void *)value;
    return 0;
}

/* Takes one value away and calls its destructor; was there any to call? */
static int destroy_value(struct thread *self, pthread_key_t key)
{
    void *value = pthread_getspecific(key);
    void (*destructor)(void *) = keys[key].destructor;
    if (value == NULL || destructor == NULL)
        return 0;
    self->specific[key].value = NULL;
    destructor(value);
    return 1;
}

void __tocsin_keys_destroy_values(struct thread *self)
{
    for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        int called = 0;
        for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++)
            called |= destroy_value(self, key);
        if (!called)
            return;
    }
}
