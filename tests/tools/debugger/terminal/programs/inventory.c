#include <stddef.h>
#include <stdio.h>

enum colour { RED, GREEN, BLUE };

struct item {
  int count;
  unsigned char kind;
  enum colour colour;
  char name[8];
  struct item *next;
};

struct item bolts = {12, 'b', GREEN, "bolts", 0};
struct item nuts = {-7, 'n', BLUE, "nuts", &bolts};
int table[6] = {1, 2, 3, 4, 5, 6};
int total;

static int twice(int n) {
  int result = n * 2;
  return result;
}

int factorial(int n) {
  if (n < 2) return 1;
  return n * factorial(n - 1);
}

int sum(const int *numbers, int count) {
  int result = 0;
  for (int i = 0; i < count; i++) {
    result += twice(numbers[i]);
    total = result;
  }
  return result;
}

int main(int argc, char **argv) {
  struct item own = {3, 'o', RED, "own", &nuts};
  own.count = sum(table, 3);
  printf("sum %d of %s\n", own.count, argv[0]);
  own.count += factorial(4);
  printf("total %d, %d arguments\n", own.count, argc);
  return own.next->next->count;
}
