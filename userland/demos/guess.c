/*
 * A number to guess: a program that reads what you type.
 *
 * You should see a question, and for each number that you type whether it is too high or too low, until you have it (status 0).
 * Ctrl-D gives up (status 1). Every run thinks of the same number, unless it is given one to start from:
 *
 *     npx tocsin run userland/demos/guess.c -- 7
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    char line[80];
    srand(argc > 1 ? (unsigned)atoi(argv[1]) : 1);
    int number = rand() % 100 + 1, guesses = 0;
    printf("I think of a number from 1 to 100.\n");
    for (;;) {
        int guess;
        printf("Your guess? ");
        if (fgets(line, sizeof line, stdin) == NULL)
            break;
        if (sscanf(line, "%d", &guess) != 1) {
            printf("That is no number.\n");
            continue;
        }
        guesses++;
        if (guess == number) {
            printf("Right, after %d guesses.\n", guesses);
            return 0;
        }
        printf("Too %s.\n", guess > number ? "high" : "low");
    }
    printf("\nThe number was %d.\n", number);
    return 1;
}
