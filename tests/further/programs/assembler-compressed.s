# What both assemblers make short by themselves. The GNU assembler leaves some long that could be short, such as `jal`
# and `add a0, a1, zero`, and finds short jumps forwards; neither is here.
    .option rvc
    .option norelax
_start:
    nop
    addi sp, sp, -32
    addi sp, sp, -496
    addi sp, sp, -528
    addi a0, sp, 4
    addi a0, sp, 1020
    addi a0, sp, 1024
    addi t0, sp, 4
    addi a0, a0, 31
    addi a0, a0, -32
    addi a0, a0, 32
    addi a0, a1, 1
    addi a0, a0, 0
    addi zero, a0, 1
    li a0, 0
    li a0, 31
    li t6, -32
    li a0, 32
    li a0, 0x1000
    li a0, 0x1f000
    li a0, 0x20000
    li a0, 0xfffe0000
    li sp, 0x1000
    lui a0, 1
    lui a0, 31
    lui a0, 32
    lui a0, 0xfffe0
    lui sp, 1
    li a0, 0x12345
    mv a0, a1
    mv sp, s0
    mv zero, a0
    add a0, a0, a1
    add a0, a1, a0
    add a0, a1, a2
    sub s0, s0, s1
    sub s0, s1, s0
    sub t0, t0, s0
    xor s0, s0, s1
    xor s0, s1, s0
    or a4, a4, a5
    and a4, a5, a4
    and a6, a6, a7
    andi a0, a0, 31
    andi a0, a0, -32
    andi a0, a0, 32
    andi t0, t0, 1
    slli t0, t0, 31
    slli t0, t0, 0
    srli s0, s0, 1
    srai s0, s0, 31
    srli t0, t0, 1
    lw a0, 0(a1)
    lw a0, 124(a1)
    lw a0, 128(a1)
    lw a0, 2(a1)
    lw a0, -4(a1)
    lw t0, 0(a1)
    lw t0, 0(sp)
    lw ra, 252(sp)
    lw ra, 256(sp)
    lw zero, 0(sp)
    sw a0, 124(a1)
    sw t0, 252(sp)
    sw zero, 0(sp)
    lb a0, 0(a1)
    sh a0, 0(a1)
1:  beqz a0, 1b
    bnez s1, 1b
    beqz t0, 1b
    beq a0, a1, 1b
    j 1b
    jal t0, 1b
    jr a0
    jalr a0
    jr 4(a0)
    ret
    ebreak
    ecall
    .option push
    .option norvc
    addi a0, a0, 1
    .option pop
    addi a0, a0, 1
    call _start
    la a0, _start
    .balign 8
    addi a0, a0, 1
    .balign 16
    .byte 1
    .balign 8
    c.addi a0, 1
    c.addi16sp sp, 64
    c.addi4spn s0, sp, 64
    c.lwsp a0, 8(sp)
    c.swsp a0, 8(sp)
    c.lw s0, 4(s1)
    c.sw s0, 4(s1)
    c.li a0, -1
    c.lui a0, 0xfffff
    c.mv a0, a1
    c.add a0, a1
    c.sub s0, s1
    c.andi s0, -1
    c.slli a0, 4
    c.srli s0, 4
    c.srai s0, 4
    c.j _start
    c.jal _start
    c.beqz a0, 1f
    c.bnez a0, 1f
1:  c.jr a0
    c.jalr a0
    c.ebreak
    c.nop
    c.unimp
    # Theirs fills up a section of code to its alignment; ours does not.
    .balign 16
