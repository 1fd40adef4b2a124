/* event-types.h - the types of events' fields, and how the preprocessor takes a row's fields one by one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A field is written TYPE (name); this gives TYPE, what it is in C, name. How each is shown:
 * event.h. */
#define PWK_FIELD_AS_NUMBER(NAME)       NUMBER, uint64_t, NAME
#define PWK_FIELD_AS_HEX(NAME)          HEX, uint64_t, NAME
#define PWK_FIELD_AS_PFN(NAME)          PFN, PwkPfn, NAME
#define PWK_FIELD_AS_ADDR(NAME)         ADDR, PwkVaddr, NAME
#define PWK_FIELD_AS_GFP(NAME)          GFP, uint32_t, NAME
#define PWK_FIELD_AS_ORDER(NAME)        ORDER, unsigned, NAME
#define PWK_FIELD_AS_MIGRATETYPE(NAME)  MIGRATETYPE, unsigned, NAME
#define PWK_FIELD_AS_ZONE(NAME)         ZONE, unsigned, NAME          /* PwkZoneType */
#define PWK_FIELD_AS_NODE(NAME)         NODE, unsigned, NAME
#define PWK_FIELD_AS_STRING(NAME)       STRING, PwkIndex, NAME        /* of the machine's strings */
#define PWK_FIELD_AS_ERRNO(NAME)        ERRNO, int, NAME              /* shown as `errno', a name that the C library has taken */
#define PWK_FIELD_AS_PTE(NAME)          PTE, uint64_t, NAME           /* as the machine's format has it */
#define PWK_FIELD_AS_LEVEL(NAME)        LEVEL, unsigned, NAME         /* PwkLevel */
#define PWK_FIELD_AS_VM_FLAGS(NAME)     VM_FLAGS, uint64_t, NAME
#define PWK_FIELD_AS_TASK(NAME)         TASK, PwkIndex, NAME
#define PWK_FIELD_AS_CPU(NAME)          CPU, unsigned, NAME
#define PWK_FIELD_AS_REFUSAL(NAME)      REFUSAL, PwkRefusal, NAME
#define PWK_FIELD_AS_ADVICE(NAME)       ADVICE, int, NAME
#define PWK_FIELD_AS_RLIMIT(NAME)       RLIMIT, unsigned, NAME
/* One of an enum of reasons.h; shown as a number, and in sentences. */
#define PWK_FIELD_AS_REASON(ENUM, NAME) NUMBER, ENUM, NAME

/* PWK_EACH_FIELD (M, ID, fields …): M (ID, TYPE, C type, name) for each of up to seven fields.
 *
 *      PFN (pfn), ORDER (order)   ─▶  M (SPLIT, PFN, PwkPfn, pfn)  M (SPLIT, ORDER, unsigned, order)
 *
 * PWK_PICK counts them: the fields push the name of the right macro into its eighth place. An event
 * of no fields says NUMBER (…) of something, since there is none that has nothing to say. */
#define PWK_FIELD_CALL(M, ...)       M (__VA_ARGS__)
#define PWK_FIELD_ONE(M, ID, FIELD)  PWK_FIELD_CALL (M, ID, PWK_FIELD_AS_##FIELD)
#define PWK_FIELDS_1(M, ID, F)       PWK_FIELD_ONE (M, ID, F)
#define PWK_FIELDS_2(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_1 (M, ID, __VA_ARGS__)
#define PWK_FIELDS_3(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_2 (M, ID, __VA_ARGS__)
#define PWK_FIELDS_4(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_3 (M, ID, __VA_ARGS__)
#define PWK_FIELDS_5(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_4 (M, ID, __VA_ARGS__)
#define PWK_FIELDS_6(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_5 (M, ID, __VA_ARGS__)
#define PWK_FIELDS_7(M, ID, F, ...)  PWK_FIELD_ONE (M, ID, F) PWK_FIELDS_6 (M, ID, __VA_ARGS__)

#define PWK_PICK(_1, _2, _3, _4, _5, _6, _7, PICKED, ...) PICKED
#define PWK_EACH_FIELD(M, ID, ...) \
  PWK_PICK (__VA_ARGS__, PWK_FIELDS_7, PWK_FIELDS_6, PWK_FIELDS_5, PWK_FIELDS_4, PWK_FIELDS_3, PWK_FIELDS_2, PWK_FIELDS_1, 0) (M, ID, __VA_ARGS__)
