# Everything of the language that the GNU assembler knows in the same way: operands, expressions, directives, macros.
    .equ UART, 0x10000000
    .set size, 4 * 8
    .option norvc
    .option norelax
    .globl _start
    .type _start, @function

_start:
    li a0, 0
    li a0, -1
    li a0, 2047
    li a0, -2048
    li a0, 2048
    li a0, 0x7fffffff
    li a0, 0x80000000
    li a0, 0xffffffff
    li a0, 0xfffff800
    li a0, 0x12345000
    li a0, 0x12345fff
    li a1, UART + size
    li a2, 'a' + 1
    la a0, message
    lla a1, buffer + 16
    lui a2, %hi(message)
    addi a2, a2, %lo(message)
    lw a3, %lo(words + 4)(a2)
    sw a3, %lo(words)(a2)
1:  auipc a4, %pcrel_hi(words)
    lw a5, %pcrel_lo(1b)(a4)
    sw a5, %pcrel_lo(1b)(a4)
    lw a6, words
    sb a6, buffer, t0
    lhu a7, words + 2

before:
    mv s0, s1
    not s2, s3
    neg s4, s5
    seqz s6, s7
    snez s8, s9
    sltz s10, s11
    sgtz t3, t4
    sgt t5, t6, a0
    sgtu fp, gp, tp
    zext.b a0, a1
    zext.h a0, a1
    sext.b a0, a1
    sext.h a0, a1
    add a0, a1, 5
    and a0, a1, -5
    or a0, a1, 0xff
    xor a0, a1, 0xffffffff
    sll a0, a1, 31
    srl a0, a1, 1
    sra a0, a1, 2
    slt a0, a1, 3
    sltu a0, a1, 4
after:
    li a3, 0x7ff + 4

1:  beqz a0, 1b
    bnez a0, 1f
    blez a0, 1b
    bgez a0, 1f
1:  bltz a0, 1b
    bgtz a0, 1f
    bgt a0, a1, 1b
    ble a0, a1, 1f
    bgtu a0, a1, 1b
    bleu a0, a1, 1f
    beq x1, x2, _start
1:  j 1b
    j 2f
    jal _start
    jal t0, 2f
2:  jr a0
    jr 8(a0)
    jr a0, 8
    jalr a0
    jalr 8(a0)
    jalr a0, 8
    jalr t0, a0
    jalr t0, 4(a0)
    jalr t0, a0, 4
    ret
    call _start
    tail _start
    jump farther, t2

    csrr a0, mstatus
    csrw mtvec, a0
    csrs mie, a0
    csrc mip, a0
    csrwi mscratch, 31
    csrsi mcause, 0
    csrci 0x340, 5
    csrw mepc, 3
    csrs mtval, 4
    csrc 0x7c0, 5
    csrrw a0, satp, 7
    csrrs a1, misa, a2
    csrrci a1, mhartid, 8
    rdcycle a0
    rdcycleh a0
    rdtime a1
    rdtimeh a1
    rdinstret a2
    rdinstreth a2
    fence
    fence rw, w
    fence iorw, or
    fence.tso
    fence.i
    pause
    sfence.vma
    sfence.vma a0
    sfence.vma a0, a1
    unimp
    ecall
    ebreak
    mret
    wfi

    lr.w a0, (a1)
    lr.w.aqrl a0, 0(a1)
    sc.w.rl a0, a1, (a2)
    amoswap.w a0, a1, (a2)
    amoadd.w.aq a0, a1, 0(a2)
    amomaxu.w.aqrl t6, t5, (t4)

    .macro push register, offset=0
    addi sp, sp, -4
    sw \register, \offset(sp)
    .endm
    .macro countdown from
    li t0, \from
loop_\@:
    addi t0, t0, -1
    bnez t0, loop_\@
    .endm
    .macro store what, where:vararg
    .word \what, \where
    .endm
    push ra
    push s0, 4
    push offset=8, register=s1
    countdown 10
    countdown (20 + 3)
    store 1, 2, 3
    .rept 3
    nop
    .rept 2
    addi a0, a0, 1
    .endr
    .endr
    nop; nop ; ret

farther:
    .byte 1
    .align 4
    nop
    .option rvc
    c.nop
    .balign 8
    .option norvc
    .word farther - _start
    .word . - farther
    .word ., .
    .half after - before
    .byte (after - before) / 4
    .word 1 + 2 * 3, (1 + 2) * 3, 1 << 3 + 1, 6 & 3 + 1, 0xf0 ^ 0xff & 0x0f, ~0, -(5), - - 7
    .word 7 / 2, -7 / 2, -7 % 4, 0b101, 017, 0x1F, 1 | 2 << 4, 100 - 10 - 1, 64 / 4 / 2, 'A', '\n', '\\'
    .dword 0x123456789abcdef0, -1, message
    .2byte 0x1234
    .4byte message + 4
    .8byte 1
    .short 5
    .long -5
    .quad 7

    .section .rodata
message:
    .asciz "Hello, \"world\"\n\t\\ \101\x41"
    .string "a", "b"
    .ascii "no zero", "here"
    .p2align 2
words:
    .word message, message + 4, 1f - message, size
1:
    .section .own, "a"
    .fill 3, 2, 0x1234
    .fill 2
    .fill 1, 8, -2
    .space 5
    .zero 3
    .skip 2, 0xaa
    .balign 16, 0x55
    .p2align 4, , 3
    .byte 9
    .p2align 4, , 3
    .byte 8
    .org 100
    .byte 7
    .org . + 4, 0x66
    .byte -1, 255, -128

    .data
value = 5
    .word value
value = value + 1
    .word value
    .set value, value * 2
    .word value, later
    .equ later, 99
    .text
    # Not 4: theirs takes it for granted that code is aligned so, even after an odd number of bytes.
    .balign 8
    nop
    # Theirs fills up a section of code to its alignment; ours does not.
    .balign 16
    .data
    .byte 1

    .bss
    .align 6
buffer:
    .space 100
end:
