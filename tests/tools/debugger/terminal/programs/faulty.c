#include <stdio.h>

volatile int attempts;

static int load(volatile int *place) {
  attempts++;
  return *place;
}

int main(void) {
  int value = load((volatile int *)8);
  printf("value %d\n", value);
  __asm__ volatile(".word 0");
  puts("behind the illegal instruction");
  return 0;
}
