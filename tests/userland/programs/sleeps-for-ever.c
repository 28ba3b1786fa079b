/* Waits for nobody. */
#include <stdio.h>
#include <tocsin.h>

int main(void)
{
    printf("before\n");
    tocsin_thread_sleep(TOCSIN_FOREVER);
    return 0;
}
