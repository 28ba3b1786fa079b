#include <pthread.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, two = PTHREAD_MUTEX_INITIALIZER;

static void *other(void *argument) {
  pthread_mutex_lock(&two);
  pthread_mutex_lock(&one);
  return argument;
}

int main(void) {
  pthread_t thread;
  pthread_mutex_lock(&one);
  pthread_create(&thread, 0, other, 0);
  sched_yield();
  pthread_mutex_lock(&two);
  return 0;
}
