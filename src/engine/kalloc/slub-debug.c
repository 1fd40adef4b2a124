/* slub-debug.c - what SLUB's debugging flags add: red zones, poison, checks and their reports
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c. An object with all of F, Z, P and U, free and in use:
 *
 *      │ left red zone │ object            │ red │ free ptr │ tracks   │ padding │
 *      │ bb bb … bb bb │ 6b 6b … 6b 6b a5  │ bb  │ → next   │ 32 + 32  │ 5a … 5a │     free
 *      │ cc cc … cc cc │ the owner's       │ cc  │          │ 32 + 32  │ 5a … 5a │     in use
 *
 * Bytes are checked when an object is handed out, taken back, and when its slab is given back, not
 * when they are written: a report tells that somebody wrote there before, and not who. A report is
 * put into the log twice, short for reading and long as a kernel of 6.12 words it. Recordings:
 * tests/kernel/kalloc/slub, dbg-*. */
#include "engine/kalloc/slub-debug.h"

#include "engine/core/emit.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"

/* include/linux/poison.h. Values that are no likely contents, and no address that anything is
 * mapped at. */
#define RED_INACTIVE  0xbb
#define RED_ACTIVE    0xcc
#define POISON_INUSE  0x5a
#define POISON_FREE   0x6b
#define POISON_END    0xa5

/* struct track, twice: who allocated it, who freed it last. Filled with zeros: the engine has no
 * call sites. */
#define TRACK_BYTES   32u

#define X64 "0x%016" G_GINT64_MODIFIER "x"

/* --- what is written --- */

/* Follows mm/slub.c:init_object(). @red says which it is: RED_ACTIVE in use, RED_INACTIVE free. The
 * last byte of poison is another, and is checked by itself. */
static void
init_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, uint8_t red)
{
  PwkVaddr end = object + s->object_size;

  if (s->flags & PWK_SLAB_RED_ZONE)
    pwk_slab_fill (machine, slab, object - s->red_left_pad, object, red);
  if (s->flags & PWK_SLAB_OBJECT_POISON)
    {
      pwk_slab_fill (machine, slab, object, end - 1, POISON_FREE);
      pwk_slab_fill (machine, slab, end - 1, end, POISON_END);
    }
  if (s->flags & PWK_SLAB_RED_ZONE)
    pwk_slab_fill (machine, slab, end, object + s->inuse, red);
}

/* setup_slab_debug (): padding behind the last object, and whatever no field covers. */
void
pwk_slab_setup_slab (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  PwkVaddr start = pwk_slab_address (machine, slab);

  if (s->flags & PWK_SLAB_POISON)
    pwk_slab_fill (machine, slab, start, start + pwk_slab_bytes (slab), POISON_INUSE);
}

/* Where what is known of who allocated and freed the object lies: behind the free pointer if that
 * is behind the object. */
static PwkVaddr
tracks_of (const PwkKmemCache *s, PwkVaddr object)
{
  return object + (s->offset >= s->inuse ? s->inuse + 8 : s->inuse);
}

/* setup_object_debug () of a new slab's object. */
void
pwk_slab_setup_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  if (!(s->flags & (PWK_SLAB_STORE_USER | PWK_SLAB_RED_ZONE | PWK_SLAB_OBJECT_POISON)))
    return;
  init_object (machine, s, slab, object, RED_INACTIVE);
  if (s->flags & PWK_SLAB_STORE_USER)
    pwk_slab_fill (machine, slab, tracks_of (s, object), tracks_of (s, object) + 2 * TRACK_BYTES, 0);
}

/* --- reports --- */

/* Reports name places by their offset in the slab, which is the same in every run; addresses are in
 * the long form. */
static uint64_t
offset_of (const PwkMachine *machine, const PwkSlab *slab, PwkVaddr addr)
{
  return addr - pwk_slab_address (machine, slab);
}

/* slab_bug () and print_slab_info (). */
static void
slab_bug (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, const char *what)
{
  pwk_printk (machine, PWK_LOG_BOTH, "BUG %s: %s", pwk_string (machine, s->name), what);
  pwk_printk (machine, PWK_LOG_FULL, "Slab " X64 " objects=%u used=%u fp=" X64, pwk_slab_address (machine, slab), slab->objects, slab->inuse,
              slab->freelist);
  pwk_emit_slab_bug (machine, s->name, slab->pfn, pwk_slab_address (machine, slab));
}

/* print_trailer ()'s first line. The brief form has the offset alone, since addresses differ
 * with each boot. */
static void
print_object (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr object)
{
  uint64_t offset = offset_of (machine, slab, object);

  pwk_printk (machine, PWK_LOG_BRIEF, "Object @offset=%u", (unsigned) offset);
  pwk_printk (machine, PWK_LOG_FULL, "Object " X64 " @offset=%u fp=" X64, object, (unsigned) offset, pwk_slab_next_free (machine, s, slab, object));
}

/* Follows mm/slub.c:object_err(). */
static void
object_err (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr object, const char *what)
{
  unsigned i;

  slab_bug (machine, s, slab, what);
  if (pwk_slab_is_object (machine, s, slab, object, &i))
    print_object (machine, s, slab, object);
  else
    pwk_printk (machine, PWK_LOG_BOTH, "Invalid pointer " X64, object);
}

/* slab_fix (): what was done about it, so that the machine can go on. */
static void
slab_fix (PwkMachine *machine, const PwkKmemCache *s, const char *what)
{
  pwk_printk (machine, PWK_LOG_BOTH, "FIX %s: %s", pwk_string (machine, s->name), what);
}

/* "Restoring Poison 0x…-0x…=0x6b". */
static void
report_restored (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, const char *what, PwkVaddr from, PwkVaddr to, unsigned value)
{
  const char *name = pwk_string (machine, s->name);

  pwk_printk (machine, PWK_LOG_BRIEF, "FIX %s: Restoring %s @%u-@%u=0x%x", name, what, (unsigned) offset_of (machine, slab, from),
              (unsigned) offset_of (machine, slab, to - 1), value);
  pwk_printk (machine, PWK_LOG_FULL, "FIX %s: Restoring %s " X64 "-" X64 "=0x%x", name, what, from, to - 1, value);
}

/* Follows mm/slub.c:check_bytes_and_report(). All of [start, end) is @value, or it is said and
 * mended. @first: nothing of the object was reported yet, so the object itself is described. What
 * is mended reaches from the first wrong byte to the last. */
static bool
check_bytes (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, const char *what, PwkVaddr start, PwkVaddr end,
             uint8_t value, bool first)
{
  PwkVaddr fault = pwk_slab_other (machine, slab, start, end, value);

  if (fault == end)
    return true;
  while (pwk_slab_byte (machine, slab, end - 1) == value)
    end--;
  pwk_printk (machine, PWK_LOG_BRIEF, "[%s overwritten] @offset=%u. First byte 0x%x instead of 0x%x", what,
              (unsigned) offset_of (machine, slab, fault), pwk_slab_byte (machine, slab, fault), value);
  pwk_printk (machine, PWK_LOG_FULL, "[%s overwritten] " X64 "-" X64 " @offset=%u. First byte 0x%x instead of 0x%x", what, fault, end - 1,
              (unsigned) offset_of (machine, slab, fault), pwk_slab_byte (machine, slab, fault), value);
  if (first)
    object_err (machine, s, slab, object, "Object corrupt");
  report_restored (machine, s, slab, what, fault, end, value);
  pwk_slab_fill (machine, slab, fault, end, value);
  return false;
}

/* Follows mm/slub.c:slab_pad_check(): what is left of the slab behind its objects. */
static void
check_slab_padding (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  PwkVaddr end = pwk_slab_address (machine, slab) + pwk_slab_bytes (slab), start = end - pwk_slab_bytes (slab) % s->size, fault;
  char what[96];

  if (!(s->flags & PWK_SLAB_POISON))
    return;
  fault = pwk_slab_other (machine, slab, start, end, POISON_INUSE);
  if (fault == end)
    return;
  while (pwk_slab_byte (machine, slab, end - 1) == POISON_INUSE)
    end--;
  g_snprintf (what, sizeof what, "Padding overwritten. @offset=%u", (unsigned) offset_of (machine, slab, fault));
  slab_bug (machine, s, slab, what);
  report_restored (machine, s, slab, "slab padding", fault, end, POISON_INUSE);
  pwk_slab_fill (machine, slab, fault, end, POISON_INUSE);
}

/* check_pad_bytes (): between the object's last field and the next object. */
static bool
check_padding (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  PwkVaddr start = tracks_of (s, object), end = object + s->size - s->red_left_pad;

  if (s->flags & PWK_SLAB_STORE_USER)
    start += 2 * TRACK_BYTES + (s->flags & PWK_SLAB_KMALLOC ? 8 : 0);
  return check_bytes (machine, s, slab, object, "Object padding", start, end, POISON_INUSE, true);
}

/* Poison but for its last byte, then that. */
static bool
check_poison (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, bool first)
{
  PwkVaddr last = object + s->object_size - 1;
  bool good = check_bytes (machine, s, slab, object, "Poison", object, last, POISON_FREE, first);

  good &= check_bytes (machine, s, slab, object, "End Poison", last, last + 1, POISON_END, first && good);
  return good;
}

/* Follows mm/slub.c:check_object(). From left to right, all that is not the owner's; of a free
 * object (@red RED_INACTIVE) also what he had. Every fault is reported, mended, and counts. A free
 * pointer is looked at where it can be valid: behind the object, or in a free one. */
static bool
check_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object, uint8_t red)
{
  PwkVaddr end = object + s->object_size;
  bool good = true, outside = s->offset >= s->inuse;
  unsigned i;

  if (s->flags & PWK_SLAB_RED_ZONE)
    {
      good &= check_bytes (machine, s, slab, object, "Left Redzone", object - s->red_left_pad, object, red, good);
      good &= check_bytes (machine, s, slab, object, "Right Redzone", end, object + s->inuse, red, good);
    }
  else if ((s->flags & PWK_SLAB_POISON) && s->object_size < s->inuse)
    good &= check_bytes (machine, s, slab, object, "Alignment padding", end, object + s->inuse, POISON_INUSE, good);
  if ((s->flags & PWK_SLAB_OBJECT_POISON) && red != RED_ACTIVE)
    good &= check_poison (machine, s, slab, object, good);
  if (s->flags & PWK_SLAB_POISON)
    good &= check_padding (machine, s, slab, object);
  if (outside || red != RED_ACTIVE)
    {
      PwkVaddr next = pwk_slab_next_free (machine, s, slab, object);

      if (next && !pwk_slab_is_object (machine, s, slab, next, &i))
        {
          object_err (machine, s, slab, object, "Freepointer corrupt");
          pwk_slab_set_next_free (machine, s, slab, object, 0);
          slab->damaged = true;
          good = false;
        }
    }
  return good;
}

/* check_slab (): its padding is whole. A slab that failed once is frozen for good, and each look at
 * it says so. */
static bool
check_slab (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  if (slab->frozen)
    {
      slab_bug (machine, s, slab, "Slab disabled since SLUB metadata consistency check failed");
      return false;
    }
  check_slab_padding (machine, s, slab);
  return true;
}

/* Before the slab is given back to the page allocator, free_slab () looks at all objects; they must
 * be as free ones are. */
void
pwk_slab_check_free (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  if (!(s->flags & PWK_SLAB_CONSISTENCY_CHECKS))
    return;
  check_slab_padding (machine, s, slab);
  for (unsigned i = 0; i < slab->objects; i++)
    check_object (machine, s, slab, pwk_slab_object (machine, s, slab, i), RED_INACTIVE);
}

/* --- giving out --- */

/* Follows mm/slub.c:alloc_debug_processing(). False, and the slab is out of use, if the object is
 * not as it was left: all its objects count as handed out, so that nobody gets another of them. */
static bool
check_and_mark (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  if ((s->flags & PWK_SLAB_CONSISTENCY_CHECKS)
      && !(check_slab (machine, s, slab) && check_object (machine, s, slab, object, RED_INACTIVE)))
    {
      slab_fix (machine, s, "Marking all objects used");
      slab->inuse = slab->objects;
      slab->freelist = 0;
      slab->frozen = true;
      slab->damaged = true;
      return false;
    }
  init_object (machine, s, slab, object, RED_ACTIVE);
  return true;
}

/* The slab's list goes on behind its first object, which is handed out; a link that does not hold
 * ends it, and the slab is damaged. */
static PwkVaddr
take_first (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  PwkVaddr object = slab->freelist, next = pwk_slab_next_free (machine, s, slab, object);

  if (!check_and_mark (machine, s, slab, object))
    return 0;
  pwk_slab_set_used (slab, pwk_slab_index (machine, s, slab, object));
  slab->inuse++;
  slab->freelist = pwk_slab_link_holds (machine, s, slab, next) ? next : 0;
  slab->damaged |= slab->freelist != next;
  return object;
}

/* alloc_single_from_partial (): out of a slab on its node's list; full, it changes to the full
 * list, and failed, to none. */
PwkVaddr
pwk_slab_alloc_single (PwkMachine *machine, PwkKmemCache *s, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkVaddr object = take_first (machine, s, slab);

  pwk_assert_door (pwk_kmem_cache_debug (s));
  if (!object || !slab->freelist)
    pwk_slab_unlist (machine, index);
  if (object && !slab->freelist)
    pwk_slab_add_full (machine, index);
  return object;
}

/* alloc_single_from_new_slab (). */
PwkVaddr
pwk_slab_alloc_single_new (PwkMachine *machine, PwkKmemCache *s, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkVaddr object = take_first (machine, s, slab);

  pwk_assert_door (pwk_kmem_cache_debug (s));
  if (!object)
    return 0;
  if (slab->freelist)
    pwk_slab_add_partial (machine, index, false);
  else
    pwk_slab_add_full (machine, index);
  return object;
}

/* --- taking back --- */

/* on_freelist (): a walk, which is what makes these checks slow. */
static bool
on_freelist (const PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab, PwkVaddr object)
{
  unsigned n = 0;

  for (PwkVaddr free = slab->freelist; free && n <= slab->objects; free = pwk_slab_next_free (machine, s, slab, free), n++)
    {
      unsigned i;

      if (free == object)
        return true;
      if (!pwk_slab_is_object (machine, s, slab, free, &i))
        break;
    }
  return false;
}

/* Follows mm/slub.c:free_consistency_checks(). Is it an object, is it handed out, are its
 * surroundings whole: what a double free and an overflow look like. */
static bool
may_be_freed (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object)
{
  char what[64];
  unsigned i;

  if (!pwk_slab_is_object (machine, s, slab, object, &i))
    {
      g_snprintf (what, sizeof what, "Invalid object pointer " X64, object);
      slab_bug (machine, s, slab, what);
      return false;
    }
  if (on_freelist (machine, s, slab, object) || !pwk_slab_is_used (slab, i))
    {
      object_err (machine, s, slab, object, "Object already free");
      return false;
    }
  return check_object (machine, s, slab, object, RED_ACTIVE);
}

/* Follows mm/slub.c:free_debug_processing(). *@object is the one that was looked at last: where it
 * ends in vain, that is the culprit, and none of the list is freed. */
static bool
check_frees (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr tail, unsigned n, PwkVaddr *object)
{
  bool checks = s->flags & PWK_SLAB_CONSISTENCY_CHECKS;
  char what[96];

  if (checks && !check_slab (machine, s, slab))
    return false;
  if (slab->inuse < n)
    {
      g_snprintf (what, sizeof what, "Slab has %u allocated objects but %u are to be freed", slab->inuse, n);
      slab_bug (machine, s, slab, what);
      return false;
    }
  for (;;)
    {
      if (checks && !may_be_freed (machine, s, slab, *object))
        return false;
      init_object (machine, s, slab, *object, RED_INACTIVE);
      if (*object == tail)
        return true;
      *object = pwk_slab_next_free (machine, s, slab, *object);
    }
}

/* The objects from @head to @tail are no longer handed out. */
static void
mark_free (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr head, PwkVaddr tail)
{
  for (PwkVaddr object = head;; object = pwk_slab_next_free (machine, s, slab, object))
    {
      pwk_slab_set_free (slab, pwk_slab_index (machine, s, slab, object));
      if (object == tail)
        return;
    }
}

/* Follows mm/slub.c:free_to_partial_list(). False: the checks have reported it, and nothing is
 * freed. Without a cpu's slab there are three ends: still partial, newly partial (to the tail),
 * empty and not needed. */
bool
pwk_slab_free_debug (PwkMachine *machine, PwkKmemCache *s, PwkIndex index, PwkVaddr head, PwkVaddr tail, unsigned n)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkVaddr prior = slab->freelist, object = head;
  bool discard;

  if (!check_frees (machine, s, slab, tail, n, &object))
    {
      pwk_printk (machine, PWK_LOG_BRIEF, "FIX %s: Object at @%u not freed", pwk_string (machine, s->name),
                  (unsigned) offset_of (machine, slab, object));
      pwk_printk (machine, PWK_LOG_FULL, "FIX %s: Object at " X64 " not freed", pwk_string (machine, s->name), object);
      return false;
    }
  pwk_assert (slab->inuse >= n);
  mark_free (machine, s, slab, head, tail);
  slab->inuse -= (uint16_t) n;
  pwk_slab_set_next_free (machine, s, slab, tail, prior);
  slab->freelist = head;
  discard = slab->inuse == 0 && s->node[slab->node].nr_partial >= s->min_partial;
  if (!prior || discard)
    pwk_slab_unlist (machine, index);
  if (discard)
    pwk_slab_discard (machine, index);
  else if (!prior)
    pwk_slab_add_partial (machine, index, true);
  return true;
}

/* list_slab_objects (), of a cache that is destroyed: which objects somebody forgot. */
void
pwk_slab_report_left (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab)
{
  pwk_assert_door (slab->inuse > 0);
  slab_bug (machine, s, slab, "Objects remaining on __kmem_cache_shutdown()");
  for (unsigned i = 0; i < slab->objects; i++)
    if (pwk_slab_is_used (slab, i))
      print_object (machine, s, slab, pwk_slab_object (machine, s, slab, i));
}
