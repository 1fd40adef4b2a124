/* iomem.c - /proc/iomem: the physical address space from boot on
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows arch/x86/kernel/e820.c:e820__reserve_resources(): one resource for each entry of the
 * firmware's map, ranges inclusive, as resources are. No devices are below them.
 *
 *      00000000-00000fff : Reserved
 *      00001000-0009fbff : System RAM
 */
#include "engine/phys/section.h"
#include "engine/proc/proc.h"

/* arch/x86/kernel/e820.c:e820_type_to_string() */
static const char *const type_names[] = {
  [PWK_E820_USABLE] = "System RAM", [PWK_E820_RESERVED] = "Reserved", [PWK_E820_ACPI] = "ACPI Tables",
  [PWK_E820_NVS] = "ACPI Non-volatile Storage", [PWK_E820_OTHER] = "Unusable memory",
};

/* Ranges are inclusive, as the kernel's resources are: [start, last]. */
static void
line (GString *out, uint64_t start, uint64_t last, const char *what)
{
  g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x : %s\n", start, last, what);
}

/* Page 0 is taken from the first usable entry (trim_bios_range ()). */
static void
show_e820 (const PwkMachine *machine, GString *out)
{
  const GArray *e820 = machine->config->e820;

  for (unsigned i = 0; i < e820->len; i++)
    {
      PwkE820Entry entry = g_array_index (e820, PwkE820Entry, i);

      if (entry.start == 0 && entry.type == PWK_E820_USABLE && entry.last >= PWK_PAGE_SIZE)
        {
          line (out, 0, PWK_PAGE_SIZE - 1, type_names[PWK_E820_RESERVED]);
          entry.start = PWK_PAGE_SIZE;
        }
      line (out, entry.start, entry.last, type_names[entry.type]);
    }
}

/* A machine made from zoneinfo: runs of frames that are there. */
static void
show_frames (const PwkMachine *machine, GString *out)
{
  PwkPfn start = 0, pfn = 0;

  while (pfn < machine->st->max_pfn)
    {
      bool open = pwk_section_is_open (machine, pfn);

      if (pwk_page_type (machine, pfn) == PWK_PAGE_HOLE)
        {
          if (start < pfn)
            line (out, start << PWK_PAGE_SHIFT, (pfn << PWK_PAGE_SHIFT) - 1, type_names[PWK_E820_USABLE]);
          pfn += open ? 1 : PWK_SECTION_PAGES;
          start = pfn;
        }
      else
        pfn += open ? 1 : PWK_SECTION_PAGES;
    }
  if (start < machine->st->max_pfn)
    line (out, start << PWK_PAGE_SHIFT, (machine->st->max_pfn << PWK_PAGE_SHIFT) - 1, type_names[PWK_E820_USABLE]);
}

void
pwk_proc_iomem (const PwkMachine *machine, GString *out)
{
  if (machine->config->from_zoneinfo)
    show_frames (machine, out);
  else
    show_e820 (machine, out);
}
