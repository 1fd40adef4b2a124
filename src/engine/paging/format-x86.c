/* format-x86.c - how an x86 processor walks, and what the kernel does to its entries
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Four formats (x86-64, x86-32, PAE, the textbook's) share all of this and differ in PwkX86Rules:
 * which bits are reserved where, how high large pages go, whether there are NX and protection keys.
 */
#include "engine/paging/format-x86.h"

#define PF_PKEY 0x20u

/* --- the walk --- */

/* Rights over all levels on the way: AND of rw and us, OR of nx. */
typedef struct { bool rw, user, nx; } Rights;

/* I/D is told only by processors that can refuse a fetch: with NX switched on, or SMEP. */
static void
fail (const PwkFormatAccess *access, const PwkX86Rules *rules, PwkFormatWalk *walk, unsigned cause)
{
  bool tells_fetch = access->controls.smep || (rules->nx && access->controls.nxe);
  int code = (int) (cause | (access->kind == PWK_ACCESS_STORE ? PWK_PF_WRITE : 0) | (access->user ? PWK_PF_USER : 0)
                    | (access->kind == PWK_ACCESS_FETCH && tells_fetch ? PWK_PF_INSTR : 0));

  pwk_walk_fail (walk, (PwkFormatFault) { .vector = "#PF", .code = code, .or_code = code });
}

/* Protection keys: of pages of user mode, for loads and stores. Intel SDM 3A, "Protection Keys". A
 * key is in bits 62 … 59 of the leaf, and PKRU has two bits for each: all access refused, stores
 * refused. */
static bool
key_denies (const PwkFormatAccess *access, uint64_t leaf)
{
  unsigned pair = access->controls.pkru >> 2 * (leaf >> 59 & 15) & 3;
  bool binds_store = access->kind == PWK_ACCESS_STORE && (access->user || access->controls.wp);

  return access->kind != PWK_ACCESS_FETCH && ((pair & 1) || ((pair & 2) && binds_store));
}

/* Intel SDM 3A, "Determination of Access Rights". With CR0.WP the kernel keeps to rw as well, which
 * copy on write needs when the kernel stores into a user's page; SMEP and SMAP keep it from
 * fetching and from touching what user mode may. EFLAGS.AC lets it, between STAC and CLAC. */
static bool
denied (const PwkFormatAccess *access, Rights rights)
{
  const PwkControls *controls = &access->controls;

  if (access->kind == PWK_ACCESS_FETCH && rights.nx)
    return true;
  if (access->user)
    return !rights.user || (access->kind == PWK_ACCESS_STORE && !rights.rw);
  if (access->kind == PWK_ACCESS_STORE && !rights.rw && controls->wp)
    return true;
  if (!rights.user)
    return false;
  return access->kind == PWK_ACCESS_FETCH ? controls->smep : controls->smap && !controls->ac;
}

/* Without EFER.NXE the NX bit is reserved itself. */
static uint64_t
reserved (const PwkX86Rules *rules, const PwkControls *controls, uint64_t bits, PwkLevel level, bool page)
{
  uint64_t must_be_zero = page ? rules->reserved_in_page[level] : rules->reserved_in_table[level];

  if (rules->nx && !controls->nxe)
    must_be_zero |= X86_NX;
  return bits & must_be_zero;
}

/* Intel SDM 3A, "32-Bit Paging", "PAE Paging", "4-Level Paging and 5-Level Paging". */
void
pwk_x86_walk (const PwkFormat *format, const PwkX86Rules *rules, const PwkFormatAccess *access, PwkFormatWalk *walk)
{
  Rights rights = { true, true, false };
  PwkPhys table = access->root;
  unsigned cause = 0;

  if (!pwk_format_canonical (format, access->top, access->va))
    {
      pwk_walk_fail (walk, (PwkFormatFault) { .vector = "#GP" });
      return;
    }
  for (PwkLevel level = access->top;; level--)
    {
      uint64_t bits = pwk_walk_read (format, access, walk, table, level);
      bool page = level == PWK_LEVEL_PTE || (level <= rules->largest && (bits & X86_PSE));

      if (!(bits & X86_PRESENT) || reserved (rules, &access->controls, bits, level, page))
        {
          /* those of PAE's PDPT are looked at when CR3 is loaded */
          if ((bits & X86_PRESENT) && level == rules->no_rights)
            pwk_walk_fail (walk, (PwkFormatFault) { .vector = "#GP" });
          else
            fail (access, rules, walk, bits & X86_PRESENT ? PWK_PF_PROT | PWK_PF_RSVD : 0);
          return;
        }
      if (level != rules->no_rights)
        {
          rights.rw &= (bits & X86_RW) != 0;
          rights.user &= (bits & X86_USER) != 0;
          rights.nx |= rules->nx && (bits & X86_NX);
          pwk_walk_mark (walk, X86_ACCESSED | (page && access->kind == PWK_ACCESS_STORE ? X86_DIRTY : 0));
        }
      if (page)
        {
          const PwkEntryKind *kind = pwk_format_page_kind (format, level);

          if (rules->pkeys && rights.user && key_denies (access, bits))
            cause = PWK_PF_PROT | PF_PKEY;
          if (denied (access, rights))
            cause |= PWK_PF_PROT;
          if (cause)
            fail (access, rules, walk, cause);
          else
            pwk_walk_end (format, access, walk, kind, pwk_kind_pfn (kind, bits));
          return;
        }
      table = bits & X86_FRAME;
    }
}

/* #GP has no level, as no entry was read. */
unsigned
pwk_x86_fault_words (const PwkFormatAccess *access, const PwkFormatWalk *walk, PwkFaultWord *words)
{
  words[0] = (PwkFaultWord) { .name = "vector", .text = walk->fault.vector };
  words[1] = (PwkFaultWord) { .name = "error", .number = walk->fault.code };
  words[2] = (PwkFaultWord) { .name = "level", .text = walk->level };
  return walk->level ? 3 : 2;
}

/* --- the kernel's helpers --- */

/* PROT_NONE is present for the kernel, whatever the hardware thinks. */
bool
pwk_x86_present (uint64_t pte)
{
  return (pte & (X86_PRESENT | X86_PROTNONE)) != 0;
}

bool
pwk_x86_write (uint64_t pte)
{
  return (pte & X86_RW) != 0;
}

bool
pwk_x86_young (uint64_t pte)
{
  return (pte & X86_ACCESSED) != 0;
}

uint64_t
pwk_x86_mkyoung (uint64_t pte)
{
  return pte | X86_ACCESSED;
}

uint64_t
pwk_x86_mkold (uint64_t pte)
{
  return pte & ~X86_ACCESSED;
}

uint64_t
pwk_x86_mkspecial (uint64_t pte)
{
  return pte | X86_SPECIAL;
}

/* pte_mksaveddirty (): of a read-only entry the dirty bit goes to its other place, as hardware
 * takes Write=0, Dirty=1 for a page of a shadow stack. */
static uint64_t
save_dirty (uint64_t pte, unsigned saved)
{
  return !(pte & X86_RW) && (pte & X86_DIRTY) ? (pte & ~X86_DIRTY) | BIT (saved) : pte;
}

/* pte_clear_saveddirty (): of a writable one it comes back. */
static uint64_t
restore_dirty (uint64_t pte, unsigned saved)
{
  return (pte & X86_RW) && (pte & BIT (saved)) ? (pte & ~BIT (saved)) | X86_DIRTY : pte;
}

/* A dirty page stays dirty, by software's bit from now on. */
uint64_t
pwk_x86_wrprotect (uint64_t pte, unsigned saved)
{
  return save_dirty (pte & ~X86_RW, saved);
}

/* And shows it to the hardware again when it may be written. */
uint64_t
pwk_x86_mkwrite (uint64_t pte, unsigned saved)
{
  return restore_dirty (pte | X86_RW, saved);
}

/* pte_mkdirty () marks soft dirty as well, where there is such a bit (CRIU). */
uint64_t
pwk_x86_mkdirty (uint64_t pte, unsigned saved, uint64_t soft)
{
  return save_dirty (pte | X86_DIRTY | soft, saved);
}

/* Of an entry that is not present the frame is inverted (L1TF). */
uint64_t
pwk_x86_mk_pte (PwkPfn pfn, uint64_t prot)
{
  uint64_t frame = pfn << 12;

  return ((prot & X86_PRESENT ? frame : ~frame) & X86_FRAME) | prot;
}

/* An entry that becomes PROT_NONE, or is it no longer, has its frame inverted where @inverts
 * (flip_protnone_guard ()). Processors with L1TF load from the cache by the frame of an entry that
 * is not present; inverted, it names no memory. */
uint64_t
pwk_x86_modify (uint64_t pte, uint64_t prot, unsigned saved, uint64_t keeps, uint64_t inverts)
{
  uint64_t is = (pte & keeps) | (prot & ~keeps);

  if ((pte ^ is) & X86_PRESENT)
    is ^= inverts;
  return pte & X86_RW ? save_dirty (is, saved) : restore_dirty (is, saved);
}

/* --- the engine's entries --- */

/* Neither none nor present: the hardware looks at no bit but the first. */
PwkPte
pwk_x86_decode (const PwkLinuxPte *linux_pte, uint64_t bits)
{
  return bits && !(bits & (X86_PRESENT | X86_PROTNONE)) ? pwk_linux_swap_pte (linux_pte, bits) : (PwkPte) { bits };
}

/* Swap entries have places of their own; all other bits are the same. */
uint64_t
pwk_x86_encode (const PwkLinuxPte *linux_pte, PwkPte pte)
{
  return pwk_pte_is_swap (pte) ? pwk_linux_swap_encode (linux_pte, pte) : pte.val;
}

/* The same for the machine's walk, with NX switched on. */
uint64_t
pwk_x86_reserved (const PwkX86Rules *rules, uint64_t bits, PwkLevel level)
{
  bool page = level == PWK_LEVEL_PTE || (level <= rules->largest && (bits & X86_PSE));

  return bits & (page ? rules->reserved_in_page[level] : rules->reserved_in_table[level]);
}

/* arch/x86/mm/pat/memtype.c:pat_init (), by pat << 2 | pcd << 1 | pwt. */
const char *
pwk_x86_memory_type (uint64_t bits, PwkLevel level)
{
  static const char *const types[] = { "WB", "WC", "UC-", "UC", "WB", "WP", "UC-", "WT" };
  bool pat = level == PWK_LEVEL_PTE ? (bits & X86_PAT) != 0 : (bits & X86_PSE) && (bits & X86_PAT_LARGE);

  return types[pat << 2 | ((bits & X86_PCD) != 0) << 1 | ((bits & X86_PWT) != 0)];
}

/* cachemode2protval (), and pgprot_4k_2_large () for what has its PAT bit elsewhere. */
uint64_t
pwk_x86_cache_prot (PwkCacheMode mode, PwkLevel level)
{
  static const uint64_t bits[PWK_N_CACHE_MODES] = {
    [PWK_CACHE_WC] = X86_PWT, [PWK_CACHE_UC_MINUS] = X86_PCD, [PWK_CACHE_UC] = X86_PCD | X86_PWT,
    [PWK_CACHE_WT] = X86_PAT | X86_PCD | X86_PWT,
  };
  uint64_t prot = bits[mode];

  if (level == PWK_LEVEL_PTE || !(prot & X86_PAT))
    return prot;
  return (prot & ~X86_PAT) | X86_PAT_LARGE;
}

/* --- as kernel and crash print them --- */

/* PAT has two places: bit 7 of a pte, bit 12 of a large page, as bit 7 is PSE there. */
void
pwk_x86_append_flags (uint64_t bits, PwkLevel level, GString *out)
{
  bool large = level != PWK_LEVEL_PTE;
  const struct { uint64_t bit; const char *name; } flags[] = {
    { X86_PRESENT, "PRESENT" }, { X86_RW, "RW" }, { X86_USER, "USER" }, { X86_PWT, "PWT" }, { X86_PCD, "PCD" }, { X86_ACCESSED, "ACCESSED" },
    { X86_DIRTY, "DIRTY" }, { X86_PSE, large ? "PSE" : "PAT" }, { X86_GLOBAL, bits & X86_PRESENT ? "GLOBAL" : "PROTNONE" },
    { X86_SPECIAL, "SPECIAL" }, { X86_UFFD_WP, "UFFD_WP" }, { X86_SOFT_DIRTY, "SOFT_DIRTY" }, { large ? X86_PAT_LARGE : 0, "PAT" }, { X86_NX, "NX" },
  };
  const char *between = "(";

  for (size_t i = 0; i < G_N_ELEMENTS (flags); i++)
    if (bits & flags[i].bit)
      {
        g_string_append_printf (out, "%s%s", between, flags[i].name);
        between = "|";
      }
  g_string_append_c (out, ')');
}

/* arch/x86/mm/dump_pagetables.c:printk_prot (). */
void
pwk_x86_append_prot (uint64_t bits, PwkLevel level, GString *out)
{
  bool pte = level == PWK_LEVEL_PTE, large = level == PWK_LEVEL_PMD || level == PWK_LEVEL_PUD;

  if (!(bits & X86_PRESENT))
    {
      g_string_append_printf (out, "%30s", "");
      return;
    }
  g_string_append (out, bits & X86_USER ? "USR " : "    ");
  g_string_append (out, bits & X86_RW ? "RW " : "ro ");
  g_string_append (out, bits & X86_PWT ? "PWT " : "    ");
  g_string_append (out, bits & X86_PCD ? "PCD " : "    ");
  g_string_append (out, !pte && (bits & X86_PSE) ? "PSE " : "    ");
  g_string_append (out, (pte && (bits & X86_PAT)) || (large && (bits & X86_PAT_LARGE)) ? "PAT " : "    ");
  g_string_append (out, bits & X86_GLOBAL ? "GLB " : "    ");
  g_string_append (out, bits & X86_NX ? "NX " : "x  ");
}
