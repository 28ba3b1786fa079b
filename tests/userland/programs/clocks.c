/* One virtual clock: sleeping costs no work, and no host time comes in. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    struct timespec before, after, resolution, own;
    struct timeval day;
    clock_gettime(CLOCK_MONOTONIC, &before);
    assert(sleep(3600) == 0 && usleep(500) == 0);
    clock_gettime(CLOCK_REALTIME, &after);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
    assert(after.tv_sec - before.tv_sec == 3600);
    assert(own.tv_sec == 0 && own.tv_nsec > 0);
    assert(time(NULL) == after.tv_sec && gettimeofday(&day, NULL) == 0 && day.tv_sec == after.tv_sec);
    assert(clock_getres(CLOCK_REALTIME, &resolution) == 0 && resolution.tv_nsec == 1);
    assert(clock_gettime(99, &after) == -1);
    struct timespec backwards = {-1, 0}, until = {7200, 5};
    assert(nanosleep(&backwards, NULL) == -1);
    assert(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
    printf("%ld %.0f\n", (long)time(NULL), difftime(7200, 3600));
    srand(5);
    int first = rand();
    srand(5);
    assert(first == rand() && first >= 0 && getenv("HOME") == NULL && getpid() > 0 && sysconf(_SC_PAGESIZE) == 4096);
    return 0;
}
