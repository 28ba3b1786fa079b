/* A thread for each thing that one can wait for; when a line is typed, what each waits for comes, and it waits for silence instead. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <tocsin/startup.h>

#define MILLISECOND 1000000ull

volatile uint32_t bell, silence;
static tocsin_handle lock, near_end, far_end, pool, interrupt, timer;

static tocsin_time now(void)
{
    tocsin_time time = 0;
    tocsin_clock_get(TOCSIN_CLOCK_MONOTONIC, &time);
    return time;
}

static void wait_for_silence(void)
{
    tocsin_futex_wait(&silence, 0, 0, TOCSIN_FOREVER, 0);
}

static void wait_for_bell(void)
{
    tocsin_futex_wait(&bell, 0, 0, TOCSIN_FOREVER, 0);
}

static void wait_for_lock(void)
{
    tocsin_lock_acquire(lock, TOCSIN_FOREVER);
}

static void wait_for_message(void)
{
    uint32_t data;
    struct tocsin_message buffer = {.data = (uint32_t)(uintptr_t)&data, .data_len = sizeof data};
    tocsin_channel_receive(far_end, &buffer, 0, TOCSIN_FOREVER, NULL, NULL, NULL, NULL);
}

static void wait_for_packet(void)
{
    struct tocsin_packet packet;
    tocsin_pool_take(pool, TOCSIN_FOREVER, &packet, NULL, 0, NULL);
}

static void wait_for_time(void)
{
    tocsin_thread_sleep(now() + 500 * MILLISECOND);
}

static void wait_for_interrupt(void)
{
    struct tocsin_packet packet;
    uint32_t seen = 0;
    tocsin_event_wait(interrupt, TOCSIN_SOURCE_INTERRUPT, seen, TOCSIN_FOREVER, &packet, &seen);
}

static void never(void)
{
}

static const struct waiter {
    const char *name;
    void (*wait)(void);
} waiters[] = {
    {"bell", wait_for_bell},     {"lock", wait_for_lock},           {"message", wait_for_message},
    {"packet", wait_for_packet}, {"time", wait_for_time},           {"interrupt", wait_for_interrupt},
    {"never", never},
};
#define WAITERS (sizeof waiters / sizeof *waiters)

static void *run(void *argument)
{
    ((const struct waiter *)argument)->wait();
    for (;;)
        wait_for_silence();
}

int main(void)
{
    const struct tocsin_startup *own = tocsin_startup();
    uint32_t registration, hello = 1;
    pthread_t thread;
    tocsin_futex_wake(&silence, 1, NULL);
    tocsin_lock_create(own->allocator, &lock);
    tocsin_lock_acquire(lock, TOCSIN_FOREVER);
    tocsin_channel_create(own->allocator, 64, 0, &near_end, &far_end);
    tocsin_pool_create(own->allocator, TOCSIN_POOL_FIXED, 4, 0, &pool);
    tocsin_timer_create(own->allocator, &timer);
    tocsin_event_listen(timer, TOCSIN_SOURCE_TIMER, pool, 5, 0, &registration);
    tocsin_interrupt_create(own->resource, 40, TOCSIN_INTERRUPT_EDGE, 0, &interrupt);
    for (unsigned i = 0; i < WAITERS; i++) {
        pthread_create(&thread, NULL, run, (void *)&waiters[i]);
        pthread_setname_np(thread, waiters[i].name);
    }
    tocsin_thread_sleep(now() + MILLISECOND);
    getchar();
    tocsin_futex_wake(&bell, 1, NULL);
    tocsin_lock_release(lock);
    struct tocsin_message message = {.data = (uint32_t)(uintptr_t)&hello, .data_len = sizeof hello};
    tocsin_channel_send(near_end, &message, TOCSIN_FOREVER);
    tocsin_timer_set(timer, now() + MILLISECOND, 0);
    tocsin_interrupt_trigger(interrupt);
    tocsin_thread_sleep(now() + 1000 * MILLISECOND);
    getchar();
    return 0;
}
