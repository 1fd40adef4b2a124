/* format.h - how a machine's page tables lie in memory: levels, indices, entries
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/profile.h"
#include "engine/core/reasons.h"
#include "engine/paging/pte.h"

/* A format of page tables is a file beside this one (format-x86-64.c) that fills in a PwkFormat;
 * the profile says which is whose.
 *
 *                 frame of a table                       the engine
 *      … [ bits ][ bits ][ bits ] …   -- decode -->      PwkPte (pte.h)
 *                                     <-- encode --
 *
 * What walks and changes tables knows geometry from here and entries as PwkPte. Events and views of
 * entries carry the bits as they lie in memory, which only the format's own functions and fields
 * explain. */

/* What a field decides about an access. */
typedef enum
{
  PWK_FIELD_IS_PLAIN,
  PWK_FIELD_IS_PRESENT,        /* must be set */
  PWK_FIELD_IS_WRITE,          /* must be set for a store */
  PWK_FIELD_IS_USER,           /* must be set in user mode */
  PWK_FIELD_IS_NO_EXECUTE,     /* must be clear for an instruction fetch */
  PWK_FIELD_IS_FRAME,          /* a frame's number */
  PWK_FIELD_IS_SWAP_TYPE,      /* swap area or kind of entry, see pte.h */
  PWK_FIELD_IS_RESERVED,       /* must be clear, and says nothing */
} PwkPteFieldKind;

/* A field of an entry: the seed's name, the kernel's macro, where it lies, what it means. Texts are
 * marked for translation. Fields lie side by side and cover all of it:
 *
 *      63                                               0
 *      [ nx ][ … ][      pfn      ][ … ][ us ][ rw ][ present ]      says[0], says[1] of rw: that it may be read only, and written
 */
typedef struct
{
  const char     *name;        /* "present", "rw" … "nx" */
  const char     *macro;       /* "_PAGE_PRESENT"; NULL none */
  uint8_t         shift, bits;
  uint8_t         scale;       /* low bits of the value that the entry leaves out, since they are 0: a large page's pfn is even */
  PwkPteFieldKind kind;
  const char     *meaning;     /* what it is for */
  const char     *says[2];     /* what its value says: 0, or any other */
} PwkPteField;

/* What an entry can be, as the manual of the processor tells it: one that names a table, or a page
 * of some size. Fields need not cover all bits, and bear the manual's names. */
typedef struct
{
  const char        *name;          /* "table", "pdpte", "4K", "2M" … */
  PwkLevel           level;         /* the lowest at which it stands */
  uint8_t            size_shift;    /* what is at the frame: a page of 1 << size_shift bytes, or a table */
  bool               page;          /* it maps one */
  const PwkPteField *fields;
  uint8_t            n_fields;
} PwkEntryKind;

/* What a processor does with the tables (format-walk.h), and the kernel's helpers for entries
 * (format-linux.h). */
typedef struct _PwkFormatAccess PwkFormatAccess;
typedef struct _PwkFormatWalk PwkFormatWalk;
typedef struct _PwkFaultWord PwkFaultWord;
typedef struct _PwkLinuxPte PwkLinuxPte;

/* Where a kernel's dump of page tables begins a part of the address space; the last has no name. */
typedef struct { PwkVaddr start; const char *name; } PwkTableMarker;

/* Where the kernel's image is mapped besides the direct map: [start, end) at map + start, up to
 * text_end executable. */
typedef struct { PwkVaddr map; PwkPhys start, text_end, end; } PwkKernelImage;

/* All that is known of a format. Of x86-64's 48-bit addresses:
 *
 *      63      48 47    39 38    30 29    21 20    12 11        0
 *      [ as 47 ]  [ pgd  ] [ pud  ] [ pmd  ] [ pte  ] [ offset ]       level_shift 39 30 21 12, index_mask 511 each
 *
 * Immutable and static: a machine points at one and never changes it. The functions know nothing of
 * machines, so that they serve views, dumps and tests alike; those that are NULL cost a hot path
 * one test. */
struct _PwkFormat
{
  const char *name;                          /* "x86-64" */
  const char *header;                        /* the kernel's file that has the bits */

  uint8_t  entry_shift;                      /* an entry has 1 << entry_shift bytes */
  uint8_t  level_shift[PWK_LEVEL_PGD + 1];   /* by PwkLevel: the lowest bit of an address that the index takes */
  uint16_t index_mask[PWK_LEVEL_PGD + 1];    /* entries of a table, less one */
  uint8_t  unused_bits[PWK_LEVEL_PGD + 1];   /* by the top level: bits of an address that no index takes, from the topmost down */
  uint16_t kernel_first;                     /* entry of the top table with which the kernel's half begins */
  bool     sign_extended;                    /* … those repeat the topmost that an index takes; else they are 0 */
  uint64_t suspect;                          /* where none of these bits is set, none is reserved */

  /* NULL: the engine's own entries have this format's bits, and nothing needs to be translated. */
  PwkPte   (*decode) (uint64_t bits, PwkLevel level);
  uint64_t hw_dirty;                         /* what marks a PwkPte that the hardware made dirty, where entries tell; else 0 */
  uint64_t (*encode) (PwkPte pte, PwkLevel level);
  /* Bits of a present entry that must be zero at @level and are not. */
  uint64_t (*reserved) (const PwkProfile *profile, uint64_t bits, PwkLevel level);

  /* --- as the processor and the kernel see it --- */

  void             (*walk)        (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk);
  unsigned         (*fault_words) (const PwkFormatAccess *access, const PwkFormatWalk *walk, PwkFaultWord *words);
  const PwkLinuxPte  *linux_pte;
  const char         *level_name[PWK_LEVEL_PGD + 1];   /* the manual's: "PT", "PD" … */
  const PwkEntryKind *kinds;
  uint8_t             n_kinds;
  const PwkEntryKind *swap_kind;             /* what is neither none nor present; NULL where fields () knows */

  /* --- described; NULL: from the kinds --- */

  /* Fields of an entry, lowest first; together they cover all its bits once. What is neither none
   * nor present has those of a swap entry. */
  const PwkPteField *(*fields) (uint64_t bits, PwkLevel level, unsigned *n_fields);
  /* The memory type that a leaf gives: "WB", "UC" … */
  const char        *(*memory_type) (uint64_t bits, PwkLevel level);
  /* The flags of a leaf as crash's vtop prints them, and those of a run of entries as the kernel's
   * dump of page tables does. */
  void               (*append_flags) (uint64_t bits, PwkLevel level, GString *out);
  void               (*append_prot)  (uint64_t bits, PwkLevel level, GString *out);
  /* The bits of an entry that such a run has in common: all but the frame. */
  /* The bits by which a leaf asks for a way of caching; NULL: entries of this format say nothing of
   * it. */
  uint64_t           (*cache_prot)   (PwkCacheMode mode, PwkLevel level);
  bool                  error_code;          /* a fault tells PWK_PF_ bits, which the kernel's report of it has */
  uint64_t              prot_mask;
  const PwkTableMarker *markers;
  uint16_t              guard_hole;          /* entries of the top table between the user's half and what the dump shows of the kernel's */
  PwkKernelImage        image;
  const char           *notes[3];            /* what an inspector adds, marked for translation; NULL ends */
};

/* --- geometry --- */

static inline unsigned
pwk_level_shift (const PwkFormat *format, PwkLevel level)
{
  return format->level_shift[level];
}

static inline unsigned
pwk_level_index (const PwkFormat *format, PwkVaddr addr, PwkLevel level)
{
  return addr >> format->level_shift[level] & format->index_mask[level];
}

/* How many entries a table of @level's entries has. */
static inline unsigned
pwk_level_entries (const PwkFormat *format, PwkLevel level)
{
  return format->index_mask[level] + 1u;
}

/* What an entry of @level covers, in bytes and in pages. */
static inline uint64_t
pwk_level_size (const PwkFormat *format, PwkLevel level)
{
  return (uint64_t) 1 << format->level_shift[level];
}

static inline PwkPfn
pwk_level_pages (const PwkFormat *format, PwkLevel level)
{
  return (PwkPfn) 1 << (format->level_shift[level] - PWK_PAGE_SHIFT);
}

/* Next address after @addr at which an entry of @level begins, at most @end. */
static inline PwkVaddr
pwk_level_next (const PwkFormat *format, PwkVaddr addr, PwkVaddr end, PwkLevel level)
{
  PwkVaddr next = (addr + pwk_level_size (format, level)) & ~(pwk_level_size (format, level) - 1);

  return next - 1 < end - 1 ? next : end;
}

/* Bits of an address that tables with @top as their top level translate. */
static inline unsigned
pwk_addr_bits (const PwkFormat *format, PwkLevel top)
{
  return 64u - format->unused_bits[top];
}

/* --- entries --- */

static inline uint64_t
pwk_format_read (const PwkFormat *format, const void *table, unsigned index)
{
  if (G_LIKELY (format->entry_shift == 3))
    return ((const uint64_t *) table)[index];
  return ((const uint32_t *) table)[index];
}

static inline void
pwk_format_write (const PwkFormat *format, void *table, unsigned index, uint64_t bits)
{
  if (G_LIKELY (format->entry_shift == 3))
    ((uint64_t *) table)[index] = bits;
  else
    ((uint32_t *) table)[index] = (uint32_t) bits;
}

static inline PwkPte
pwk_format_decode (const PwkFormat *format, uint64_t bits, PwkLevel level)
{
  return G_LIKELY (!format->decode) ? (PwkPte) { bits } : format->decode (bits, level);
}

static inline uint64_t
pwk_format_encode (const PwkFormat *format, PwkPte pte, PwkLevel level)
{
  return G_LIKELY (!format->encode) ? pte.val : format->encode (pte, level);
}

static inline uint64_t
pwk_format_reserved (const PwkFormat *format, const PwkProfile *profile, uint64_t bits, PwkLevel level)
{
  return G_LIKELY (!(bits & format->suspect)) ? 0 : format->reserved (profile, bits, level);
}

/* @pte as the hardware leaves it after a store. */
static inline PwkPte
pwk_format_dirty_by_hw (const PwkFormat *format, PwkPte pte)
{
  return pwk_pte_dirty (pte) ? pte : (PwkPte) { pwk_pte_mkdirty (pte).val | format->hw_dirty };
}

/* Whether a walk ends at @pte of @level, if it is present. */
static inline bool
pwk_pte_leaf (PwkPte pte, PwkLevel level)
{
  return level == PWK_LEVEL_PTE || (level <= PWK_LEVEL_PUD && pwk_pte_large (pte));
}

/* The first frame of the page that a leaf of @level maps. */
static inline PwkPfn
pwk_leaf_pfn (const PwkFormat *format, PwkPte leaf, PwkLevel level)
{
  return pwk_pte_pfn (leaf) & ~(pwk_level_pages (format, level) - 1);
}

/* Whether tables with @top as their top level know @va at all: bits that no index takes repeat the
 * topmost that one does, or are 0. */
bool                pwk_format_canonical (const PwkFormat *format, PwkLevel top, PwkVaddr va);
/* The kind that is called @name; that of a page which an entry of @level maps. NULL: there is none. */
const PwkEntryKind *pwk_format_kind      (const PwkFormat *format, const char *name);
const PwkEntryKind *pwk_format_page_kind (const PwkFormat *format, PwkLevel level);
/* The field of @kind that is called @name, or NULL. */
const PwkPteField  *pwk_kind_field       (const PwkEntryKind *kind, const char *name);
/* The frame that an entry of @kind names, in pages of the format's smallest size. */
PwkPfn              pwk_kind_pfn         (const PwkEntryKind *kind, uint64_t bits);

/* --- described --- */

/* What format->fields (), memory_type (), append_flags () and append_prot () say; of formats
 * without, what their kinds of entries tell. */
const PwkPteField *pwk_format_fields       (const PwkFormat *format, uint64_t bits, PwkLevel level, unsigned *n_fields);
const char        *pwk_format_memory_type  (const PwkFormat *format, uint64_t bits, PwkLevel level);
void               pwk_format_append_flags (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out);
void               pwk_format_append_prot  (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out);

uint64_t pwk_field_get    (uint64_t bits, const PwkPteField *field);
uint64_t pwk_field_set    (uint64_t bits, const PwkPteField *field, uint64_t value);
/* "pfn 0x12345 present rw us accessed dirty nx", "swap slot 0x2a", "none". */
void     pwk_pte_describe (const PwkFormat *format, uint64_t bits, PwkLevel level, GString *out);
