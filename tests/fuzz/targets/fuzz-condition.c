/* fuzz-condition.c - any text as a condition on an event, and as a filter
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "scenario/condition.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = size ? fuzz_dup_text (data + 1, size - 1) : NULL;
  g_autoptr(GError) error = NULL;
  PwkCondition *condition;

  if (!text)
    return 0;
  condition = pwk_condition_parse (text, data[0] % PWK_N_EVENTS, &error);
  if (condition)
    for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
      {
        PwkEvent event = { .n = 1 + kind, .kind = (uint16_t) kind };

        for (unsigned i = 0; i < PWK_EVENT_ARGS; i++)
          event.arg[i] = i * kind;
        pwk_condition_holds (condition, &event);
      }
  else if (!error)
    g_error ("refused without a word");
  if (condition)
    pwk_condition_free (condition);
  return 0;
}
