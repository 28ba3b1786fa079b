/* A block that is freed twice is found out about, and said. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    void *volatile block = malloc(100);
    printf("freed once\n");
    free(block);
    free(block);
    printf("freed twice\n");
    return 0;
}
