#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int done;

static void *work(void *argument) {
  int amount = (int)(long)argument;
  pthread_mutex_lock(&lock);
  done += amount;
  pthread_mutex_unlock(&lock);
  return 0;
}

int main(void) {
  pthread_t workers[2];
  pthread_mutex_lock(&lock);
  for (long i = 0; i < 2; i++) pthread_create(&workers[i], 0, work, (void *)(i + 1));
  struct timespec nap = {0, 1000000};
  nanosleep(&nap, 0);
  puts("all wait");
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 2; i++) pthread_join(workers[i], 0);
  printf("done %d\n", done);
  return 0;
}
