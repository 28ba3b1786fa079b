/* A value of each kind, none of which changes. What they print as stands in values.test.ts. */
enum colour { RED, GREEN = 5, BLUE };
enum access { READ = 1, WRITE = 2, EXECUTE = 4 };

struct point {
    int x;
    int y;
};

struct node {
    const char *name;
    enum colour colour;
    struct point corners[2];
    unsigned is_filled : 1;
    unsigned layer : 7;
    signed delta : 4;
    struct node *next;
    union {
        unsigned bits;
        float real;
    };
};

typedef int (*operation)(int, char);

static int apply(int number, char letter)
{
    return number + letter;
}

char letter = 'q';
signed char negative = -3;
unsigned char high = 200;
_Bool yes = 1;
short small = -2;
unsigned long large = 4000000000u;
long long huge = -5000000000;
unsigned long long bits = 0x8000000000000001;
float single = 0.1f;
double ratio = 0.1;
double tiny = 1e-7;
double whole = 1e15;
long double longer = 1.5L;
enum colour colour = BLUE;
enum colour none = 3;
enum access allowed = READ | EXECUTE;
enum access strange = 9;
char text[8] = "hello";
char zeros[16];
char exact[3] = { 'a', 'b', 'c' };
char special[] = "tab\t \"quoted\" \\ \033 \377 it's";
char run[] = "aaaaaaaaaaaaaaab";
char longest[300] = { [0 ... 299] = 'x' };
const char *pointer = "pointed at";
const char *nothing;
int *address = (int *)16;
int numbers[5] = { 1, 2, 3, 4, 5 };
int same[20] = { [3 ... 18] = 7 };
int nine[9];
int ten[10];
int many[250] = { 1 };
int grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
struct point points[2] = { { 1, 2 }, { 3, 4 } };
struct node node = { "node", GREEN, { { 1, -1 }, { 2, -2 } }, 1, 65, -3, &node, { 0x40490fdb } };
operation function = apply;
struct point *at = &points[1];
void *anywhere = &grid;
struct point **indirect = &at;
static volatile int used;

int main(void)
{
    used = apply(letter, negative) + high + yes + small + (int)large + (int)huge + (int)bits + (int)single + (int)ratio;
    used += (int)tiny + (int)whole + (int)longer + (int)colour + (int)none + (int)allowed + (int)strange + text[0];
    used += zeros[0] + exact[0] + special[0] + run[0] + longest[0] + *pointer + (nothing == 0) + (address == 0);
    used += numbers[0] + same[0] + nine[0] + ten[0] + many[0] + grid[0][0] + points[0].x + node.layer + at->x;
    return used + function(1, 2) + (anywhere == 0) + (indirect == 0);
}
