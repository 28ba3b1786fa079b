/* Output, and an exit code. */
#include "board.h"

int main(void) {
  print("hello from bare metal\n");
  return 3;
}
