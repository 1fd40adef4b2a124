/* guide.c - every word of the scenario language explained
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/guide.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/config.h"
#include "scenario/names.h"
#include "scenario/nearest.h"
#include "scenario/runner.h"

/* The words of the grammar: blocks, and functions in expressions. */
static const struct { PwkGuideKind kind; const char *name, *title, *text, *example; } words[] = {
  { PWK_GUIDE_WORD, "repeat", "repeat(N, i) … end", N_("so many rounds of the lines up to end; i is 0 in the first and N - 1 in the last"),
    "repeat(3, i)\n    alloc_pages(GFP_KERNEL, i) = pages[i]\nend" },
  { PWK_GUIDE_WORD, "for", "for(x in range(from, to, step)) … end", N_("a round of the lines up to end for each value of a range or a list"),
    "for(x in 1, 2, 4)\n    tick(x)\nend" },
  { PWK_GUIDE_WORD, "if", "if(EXPRESSION) … else if(EXPRESSION) … else … end", N_("lines that are done if a value is not 0, and others if it is"),
    "if(1 < 2)\n    tick(1)\nelse\n    tick(2)\nend" },
  { PWK_GUIDE_WORD, "else", "else, else if(EXPRESSION)", N_("the lines of an if that are done when nothing before it held"),
    "repeat(3, n)\n    if(n == 0)\n        tick(1)\n    else if(n == 1)\n        tick(2)\n    else\n        tick(3)\n    end\nend" },
  { PWK_GUIDE_WORD, "end", "end", N_("the last line of repeat, for or if"), "repeat(2)\n    tick(1)\nend" },
  { PWK_GUIDE_FUNCTION, "range", "range(from, to, step)", N_("in for(): the numbers from the first up to, but not including, the second; the step may be missing or below 0"),
    "for(x in range(3, 0, -1))\n    tick(x)\nend" },
  { PWK_GUIDE_FUNCTION, "len", "len(name)", N_("how many elements an array has"),
    "repeat(3, i)\n    alloc_pages(GFP_KERNEL, 0) = pages[i]\nend\nfree_pages(pages[len(pages) - 1], 0)" },
  { PWK_GUIDE_FUNCTION, "random", "random(n)", N_("a number from 0 to n - 1, by the machine's seed"), "tick(random(4) + 1)" },
};

static void
free_entry (gpointer data)
{
  PwkGuideEntry *entry = data;

  g_free (entry->title);
  g_free (entry->text);
  g_free (entry->example);
  g_free (entry);
}

static PwkGuideEntry *
new_entry (PwkGuideKind kind, const char *name)
{
  PwkGuideEntry *entry = g_new0 (PwkGuideEntry, 1);

  entry->kind = kind;
  entry->name = name;
  return entry;
}

static PwkGuideEntry *
entry_of_call (const PwkCallInfo *call)
{
  PwkGuideEntry *entry = new_entry (PWK_GUIDE_CALL, call->name);

  entry->title = g_strconcat (call->needs_process ? "[A] " : "", call->signature, NULL);
  entry->text = g_strdup (_(call->summary));
  entry->example = g_strdup (call->example);
  return entry;
}

/* --- keys of machine () --- */

static char *
size_text (uint64_t bytes)
{
  static const char units[] = "KMGT";
  int unit = -1;

  while (bytes && bytes % 1024 == 0 && unit < 3)
    {
      bytes /= 1024;
      unit++;
    }
  return unit < 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, bytes) : g_strdup_printf ("%" G_GUINT64_FORMAT "%c", bytes, units[unit]);
}

/* What a key takes. */
static char *
range_text (const PwkConfigKey *key)
{
  g_autofree char *min = NULL, *max = NULL, *choice = NULL;
  g_auto(GStrv) list = NULL;

  switch (key->type)
    {
    case PWK_CONFIG_SIZE:
      min = size_text (key->min);
      max = size_text (key->max);
      return g_strdup_printf (_("a size from %s to %s"), min, max);
    case PWK_CONFIG_NUMBER:
      min = g_strdup_printf ("%" G_GUINT64_FORMAT, key->min);
      max = g_strdup_printf ("%" G_GUINT64_FORMAT, key->max);
      return g_strdup_printf (_("a number from %s to %s"), min, max);
    case PWK_CONFIG_WORD:
      list = g_strsplit (key->form, "|", -1);
      choice = g_strjoinv (", ", list);
      return g_strdup_printf (_("one of %s"), choice);
    case PWK_CONFIG_TEXT:
      return g_strdup_printf (_("a text in the form %s"), key->form);
    case PWK_CONFIG_BLOCK:
    default:
      return g_strdup_printf (_("a text block (<<TAG) in the form %s"), key->form);
    }
}

static PwkGuideEntry *
entry_of_key (const PwkConfigKey *key)
{
  PwkGuideEntry *entry = new_entry (PWK_GUIDE_KEY, key->name);
  const char *initial = key->initial ? key->initial : _(key->otherwise);
  g_autofree char *range = range_text (key);

  entry->title = g_strdup_printf ("machine(%s=…)", key->name);
  /* Translators: what a parameter is, and in the next line what it takes and what holds if it is not given */
  entry->text = g_strdup_printf (_("%s\n%s; if nothing is said: %s"), _(key->summary), range, initial);
  entry->example = g_strchomp (g_strdup (key->example));
  return entry;
}

/* --- words and constants --- */

static PwkGuideEntry *
entry_of_word (guint i)
{
  PwkGuideEntry *entry = new_entry (words[i].kind, words[i].name);

  entry->title = g_strdup (words[i].title);
  entry->text = g_strdup (_(words[i].text));
  entry->example = g_strdup (words[i].example);
  return entry;
}

static PwkGuideEntry *
entry_of_constant (const PwkConstant *constant)
{
  PwkGuideEntry *entry = new_entry (PWK_GUIDE_CONSTANT, constant->name);
  g_autofree char *value = pwk_names_value_text (constant);

  entry->is_alias = (constant->flags & PWK_NAME_ALIAS) != 0;
  entry->title = g_strdup_printf ("%s = %s", constant->name, value);
  entry->text = g_strdup (_(pwk_names_family_title (constant->family)));
  return entry;
}

/* --- all of them --- */

GPtrArray *
pwk_guide_all (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (free_entry);
  const PwkConstant *constants;
  const PwkConfigKey *keys;
  const PwkCallInfo *calls;
  uint32_t n_calls, n_keys;
  size_t n_constants;

  calls = pwk_calls (&n_calls);
  for (uint32_t i = 0; i < n_calls; i++)
    g_ptr_array_add (entries, entry_of_call (&calls[i]));
  keys = pwk_config_keys (&n_keys);
  for (uint32_t i = 0; i < n_keys; i++)
    g_ptr_array_add (entries, entry_of_key (&keys[i]));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_ptr_array_add (entries, entry_of_word (i));
  constants = pwk_names_all (&n_constants);
  for (size_t i = 0; i < n_constants; i++)
    g_ptr_array_add (entries, entry_of_constant (&constants[i]));
  return entries;
}

GPtrArray *
pwk_guide_find (const char *name)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (free_entry);
  const PwkCallInfo *call = pwk_call_find (name);
  const PwkConfigKey *key = pwk_config_key_find (name);
  const PwkConstant *constant = pwk_names_find (name);

  if (call)
    g_ptr_array_add (entries, entry_of_call (call));
  if (key)
    g_ptr_array_add (entries, entry_of_key (key));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].name, name) == 0)
      g_ptr_array_add (entries, entry_of_word (i));
  if (constant)
    g_ptr_array_add (entries, entry_of_constant (constant));
  return entries;
}

const char *
pwk_guide_suggest (const char *name)
{
  g_autoptr(GPtrArray) entries = pwk_guide_all ();
  PwkNearest nearest = pwk_nearest (name);

  for (guint i = 0; i < entries->len; i++)
    pwk_nearest_try (&nearest, ((const PwkGuideEntry *) g_ptr_array_index (entries, i))->name);
  return nearest.found;
}

const char *
pwk_guide_kind_title (PwkGuideKind kind)
{
  switch (kind)
    {
    case PWK_GUIDE_CALL:
      return _("Call");
    case PWK_GUIDE_KEY:
      return _("Key of machine()");
    case PWK_GUIDE_WORD:
      return _("Word");
    case PWK_GUIDE_FUNCTION:
      return _("Function");
    case PWK_GUIDE_CONSTANT:
    default:
      return _("Constant");
    }
}
