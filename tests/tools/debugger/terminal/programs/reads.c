#include <stdio.h>

int main(void) {
  int c = getchar();
  printf("read %d\n", c);
  return 0;
}
