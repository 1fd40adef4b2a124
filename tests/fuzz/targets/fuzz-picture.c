/* fuzz-picture.c - any bytes as a picture with a moment in it, and as the moment itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "scene/moment.h"

/* What was read is written and read again: the same. */
static void
check_again (const PwkMoment *moment)
{
  g_autofree char *written = pwk_moment_to_string (moment);
  g_autofree char *svg = pwk_moment_to_svg (moment);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkMoment) again = pwk_moment_from_string (written, &error);

  if (!again || !pwk_moment_equal (moment, again))
    g_error ("%s: %s", written, error ? error->message : "not the same");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr(PwkMoment) told = pwk_moment_from_string (text, NULL);
  PwkMoment *moment = NULL;

  if (told)
    check_again (told);
  if (pwk_moment_read (data, size, &moment, NULL))
    check_again (moment);
  if (moment)
    pwk_moment_free (moment);
  return 0;
}
