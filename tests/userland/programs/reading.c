/* Each way to read takes up where the one before stopped. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    char word[16], line[16], bytes[4];
    int number;
    printf("first? ");
    int c = getchar();
    printf("[%c] ", c);
    ungetc(c, stdin);
    printf("scanf %d ", scanf("%15s %d", word, &number));
    printf("[%s] [%d]\n", word, number);
    while ((c = getchar()) != '\n' && c != EOF)
        printf("left [%c]\n", c);
    printf("fgets [%s]\n", fgets(line, sizeof line, stdin));
    printf("fread %u\n", (unsigned)fread(bytes, 1, sizeof bytes, stdin));
    printf("[%.4s]\n", bytes);
    /* What the stream has taken is the stream's; behind it comes the next line. */
    long rest = read(STDIN_FILENO, line, sizeof line);
    printf("read %ld, at the end %ld\n", rest, (long)read(STDIN_FILENO, line, sizeof line));
    return 0;
}
