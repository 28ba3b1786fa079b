#include <stdio.h>
#include <tocsin.h>
#include <tocsin/startup.h>
#include <tocsin/spawn.h>

int marks;

static int mark(int by) {
  marks += by;
  return marks;
}

static int child(uint32_t argument, const tocsin_handle *handles) {
  (void)handles;
  return mark((int)argument);
}

int main(void) {
  tocsin_handle process = 0;
  struct tocsin_info_process record;
  struct tocsin_spawn wanted = {
      .name = "child", .function = child, .argument = 5, .allocator = tocsin_startup()->allocator};
  if (tocsin_spawn(&wanted, &process) != TOCSIN_OK) return 1;
  if (tocsin_spawn_wait(process, TOCSIN_FOREVER, &record) != TOCSIN_OK) return 2;
  printf("the child ended with %d, here marks is %d\n", record.exit_code, marks);
  return mark(1);
}
