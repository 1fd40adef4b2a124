/* kernel-space.c - the kernel's half of all address spaces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/kernel-space.h"

#include <string.h>

#include "engine/kalloc/vmalloc.h"
#include "engine/paging/kernel-map.h"
#include "views/views.h"

/*      +-----------------------------+
 *      | kernel image          16 MiB|   highest first
 *      | 0xffffffff80000000          |
 *      +-----------------------------+
 *      | vmalloc, ioremap      32 TiB|
 *      | 12 KiB in pages of 4 KiB    |
 *      +-----------------------------+ */
#define PAD   4.0
#define BAND  5.0
#define PART_ID(i) PWK_ID_RULE (PWK_VIEW_ADDRESS_SPACE, UINT64_C (1) << 40 | (i))

static const struct
{
  const char *name, *title;
  PwkRole role;
} known[] = {
  { "Low Kernel Mapping", N_("direct map"), PWK_ROLE_KERNEL },
  { "vmalloc() Area", N_("vmalloc, ioremap"), PWK_ROLE_VMALLOC },
  { "Vmemmap", N_("vmemmap: struct pages"), PWK_ROLE_RESERVED },
  { "CPU entry Area", N_("CPU entry areas"), PWK_ROLE_RESERVED },
  { "High Kernel Mapping", N_("kernel image"), PWK_ROLE_KERNEL },
  { "Modules", N_("modules"), PWK_ROLE_RESERVED },
  { "Fixmap Area", N_("fixmap"), PWK_ROLE_RESERVED },
};

const char *
pwk_kernel_part_title (const PwkKernelPart *part)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, part->name) == 0)
      return _(known[i].title);

  return part->name;
}

static PwkRole
part_role (const PwkKernelPart *part)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].name, part->name) == 0)
      return known[i].role;

  return PWK_ROLE_RESERVED;
}

/* --- the parts --- */

static void
add_part (PwkKernelSpace *space, const PwkMachine *machine, PwkVaddr start, PwkVaddr last,
          const char *name, PwkVaddr touched)
{
  PwkKernelPart *part = &space->parts[space->n];

  if (space->n == PWK_KERNEL_PARTS || start > last)
    return;
  space->n++;
  *part = (PwkKernelPart){ .start = start, .last = last, .name = name };
  part->lit = touched >= start && touched <= last;
  pwk_kernel_count (machine, start, last, part->pages);
}

/* Between the processes' half and the first mark nothing is the kernel's; nor behind what ends the
 * modules. */
static bool
is_part (const PwkMachine *machine, const PwkTableMarker *marker)
{
  unsigned index =
      pwk_level_index (machine->format, marker->start, pwk_top_level (machine));

  return index >= machine->format->kernel_first && strcmp (marker->name, "End Modules") != 0 &&
         strcmp (marker->name, "vmalloc() End") != 0 &&
         !(machine->format->sign_extended && strcmp (marker->name, "Kernel Space") == 0);
}

/* With five levels vmalloc ()'s addresses lie elsewhere than the marks say. */
void
pwk_kernel_space_read (PwkKernelSpace *space, const PwkMachine *machine, PwkVaddr touched)
{
  const PwkTableMarker *marker = machine->format->markers;
  bool elsewhere = pwk_vmalloc_is_la57 (machine);

  space->n = 0;
  if (!pwk_kernel_has_tables (machine) || machine->st->swapper_pgd == PWK_NO_PFN || !marker)
    return;
  if (elsewhere)
    add_part (space, machine, pwk_vmalloc_start (machine), pwk_vmalloc_end (machine) - 1,
              "vmalloc() Area", touched);
  for (; marker[0].name && marker[1].name; marker++)
    if (is_part (machine, marker) && !(elsewhere && strcmp (marker->name, "vmalloc() Area") == 0))
      add_part (space, machine, marker->start,
                strcmp (marker->name, "vmalloc() Area") == 0 ? pwk_vmalloc_end (machine) - 1
                                                             : marker[1].start - 1,
                marker->name, touched);
  if (marker->name && is_part (machine, marker))
    add_part (space, machine, marker->start,
              machine->format->sign_extended ? UINT64_MAX : UINT32_MAX, marker->name, touched);
}

/* --- the column --- */

static bool
is_mapped (const PwkKernelPart *part)
{
  for (unsigned level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PGD; level++)
    if (part->pages[level] != 0)
      return true;

  return false;
}

static unsigned
n_lines (const PwkKernelPart *part)
{
  unsigned n = 2;

  for (unsigned level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PGD; level++)
    n += part->pages[level] != 0;

  return n;
}

static double
part_height (const PwkPen *pen, const PwkKernelPart *part)
{
  return pwk_pen_line (pen, PWK_FONT_NORMAL) +
         (n_lines (part) - 1) * pwk_pen_line (pen, PWK_FONT_SMALL) + 2 * PAD;
}

double
pwk_kernel_space_height (const PwkPen *pen, const PwkKernelSpace *space)
{
  double height = 0;

  for (unsigned i = 0; i < space->n; i++)
    height += part_height (pen, &space->parts[i]) + 3;

  return height;
}

/* "254 MiB in pages of 2 MiB". */
static char *
say_mapped (const PwkFormat *format, const PwkKernelPart *part, PwkLevel level)
{
  g_autofree char *bytes = pwk_format_bytes (part->pages[level] << PWK_PAGE_SHIFT);
  g_autofree char *page = pwk_format_bytes (pwk_level_size (format, level));

  /* Translators: how much memory is mapped, and how large its pages are. */
  return g_strdup_printf (_("%s in pages of %s"), bytes, page);
}

static void
draw_part (const PwkPen *pen, const PwkFormat *format, const PwkKernelPart *part, unsigned i,
           PwkBox box)
{
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PART_ID (i), box,
                                         is_mapped (part) ? PWK_ROLE_PANEL : PWK_ROLE_NONE, 4);
  const char *title = pwk_kernel_part_title (part);
  const char *size = pwk_pen_take (pen, pwk_format_bytes (part->last - part->start + 1));
  double size_w = pwk_pen_width (pen, PWK_FONT_SMALL, size) + 2;
  PwkBox inside = pwk_box (box.x + BAND + 6, box.y + PAD, box.w - BAND - 12, box.h - 2 * PAD);
  PwkBox line = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_NORMAL), 0);

  item->stroke = part->lit ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE;
  item->line_width = part->lit ? 2.0f : 1.0f;
  if (!is_mapped (part))
    item->flags |= PWK_FLAG_DASHED;
  if (is_mapped (part))
    pwk_pen_label (pen, item, _("%s: 0x%llx – 0x%llx, the same in all processes"), title,
                   PWK_N (part->start), PWK_N (part->last));
  else
    pwk_pen_label (pen, item, _("%s: 0x%llx – 0x%llx; this machine maps nothing there"), title,
                   PWK_N (part->start), PWK_N (part->last));
  if (is_mapped (part))
    pwk_scene_add_rect (pen->scene, 0, pwk_box (box.x + 1, box.y + 2, BAND, box.h - 4),
                        part_role (part));
  pwk_pen_text (pen, pwk_cut_right (&line, size_w, 6), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, size);
  item = pwk_pen_text (pen, line, PWK_FONT_NORMAL,
                       is_mapped (part) ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                       title);
  item->ellipsize = PWK_ELLIPSIZE_END;
  for (PwkLevel level = PWK_LEVEL_PGD; level >= PWK_LEVEL_PTE; level--)
    if (part->pages[level] != 0)
      {
        line = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 0);
        item = pwk_pen_text (pen, line, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                             pwk_pen_take (pen, say_mapped (format, part, level)));
        item->ellipsize = PWK_ELLIPSIZE_END;
      }
  pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 0),
                PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                pwk_pen_address (pen, part->start));
}

void
pwk_kernel_space_draw (const PwkPen *pen, const PwkKernelSpace *space, const PwkFormat *format,
                       PwkBox box)
{
  bool all = pwk_kernel_space_height (pen, space) <= box.h;
  double bottom = box.y + box.h;

  for (unsigned i = space->n; i > 0; i--)
    {
      const PwkKernelPart *part = &space->parts[i - 1];
      double height = part_height (pen, part);

      if (!all && !is_mapped (part))
        continue;
      if (box.y + height > bottom)
        break;
      draw_part (pen, format, part, i - 1, pwk_cut_top (&box, height, 3));
    }
}

void
pwk_kernel_space_append (const PwkKernelSpace *space, const PwkFormat *format, GString *text)
{
  g_string_append (text, "start\tlast\tname\tmapped\n");
  for (unsigned i = 0; i < space->n; i++)
    {
      const PwkKernelPart *part = &space->parts[i];

      g_string_append_printf (text, "0x%llx\t0x%llx\t%s", PWK_N (part->start), PWK_N (part->last),
                              pwk_kernel_part_title (part));
      for (PwkLevel level = PWK_LEVEL_PGD; level >= PWK_LEVEL_PTE; level--)
        if (part->pages[level] != 0)
          {
            g_autofree char *mapped = say_mapped (format, part, level);

            g_string_append_printf (text, "\t%s", mapped);
          }
      g_string_append_c (text, '\n');
    }
}
