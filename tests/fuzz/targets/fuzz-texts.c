/* fuzz-texts.c - any text as each kind of those that people paste: its first byte says which
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "intake/kinds.h"

/* FUZZ_FIRST and FUZZ_LAST: the kinds that this target is for, as PwkIntakeKind has them. */

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size ? fuzz_dup_text (data + 1, size - 1) : NULL;
  g_autofree char *scenario = NULL;
  g_autoptr(GError) error = NULL;
  const PwkTextKind *kind;

  if (!text)
    return 0;
  kind = pwk_text_kind (FUZZ_FIRST + data[0] % (FUZZ_LAST - FUZZ_FIRST + 1));
  if (!kind->convert || !g_utf8_validate (text, -1, NULL))
    return 0;
  scenario = kind->convert (text, &error);
  if (scenario)
    fuzz_run_scenario (scenario);
  else if (!error)
    g_error ("%s: refused without a word", kind->name);
  return 0;
}
