/* test-explain.c - every kind of event has a sentence and a rule, in the language of the environment
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "machines.h"
#include "views/explain.h"

static bool chinese;

/* Whether there is a character of Chinese writing. */
static bool
has_han (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_get_script (g_utf8_get_char (c)) == G_UNICODE_SCRIPT_HAN)
      return true;

  return false;
}

static PwkEvent
event_of (unsigned kind, uint64_t value)
{
  PwkEvent event = { .n = 1, .kind = kind };

  for (unsigned i = 0; i < PWK_EVENT_ARGS; i++)
    event.arg[i] = value;

  return event;
}

static void
check_text (const char *text, const char *name)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), >, 8);
  if (chinese && !has_han (text))
    g_error ("%s is not translated: %s", name, text);
}

/* Sentences are more than the event's name and fields; rules are there beside the function's place. */
static void
test_every_kind (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);
      PwkEvent event = event_of (kind, 1);
      g_autofree char *sentence = pwk_explain_event (machine->machine, &event);
      g_autofree char *why = pwk_explain_why (machine->machine, &event);
      g_autofree char *fields = pwk_explain_fields (machine->machine, &event);
      g_autofree char *plain = g_strdup_printf ("%s  %s", info->name, fields);

      if (strcmp (sentence, plain) == 0)
        g_error ("%s has no sentence", info->name);
      if (why[0] == '\n' || why[0] == '\0')
        g_error ("%s has no rule", info->name);
      check_text (sentence, info->name);
      check_text (why, info->name);
    }
}

/* The rule names the kernel's function and its file. */
static void
test_places (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);
      PwkEvent event = event_of (kind, 1);
      g_autofree char *why = pwk_explain_why (machine->machine, &event);
      const char *colon = strrchr (info->where, ':');
      g_autofree char *file = NULL;

      if (colon == NULL)
        continue;
      file = g_strndup (info->where, (gsize) (colon - info->where));
      g_assert_nonnull (strstr (why, file));
      g_assert_nonnull (strstr (why, colon + 1));
    }
}

/* Whatever the arguments, there is a text and nothing else happens. */
static void
test_any_arguments (void)
{
  static const uint64_t values[] = { 0, 1, 2, 3, 5, 7, 0x1000, 0x7ffff7ff0000, UINT32_MAX, (uint64_t) INT64_MAX, UINT64_MAX - 4, UINT64_MAX };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  uint64_t hash = pwk_machine_hash (machine->machine);

  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    for (size_t i = 0; i < G_N_ELEMENTS (values); i++)
      {
        PwkEvent event = event_of (kind, values[i]);
        g_autofree char *sentence = pwk_explain_event (machine->machine, &event);
        g_autofree char *fields = pwk_explain_fields (machine->machine, &event);

        g_assert_true (g_utf8_validate (sentence, -1, NULL));
        g_assert_true (g_utf8_validate (fields, -1, NULL));
      }
  g_assert_cmphex (pwk_machine_hash (machine->machine), ==, hash);
}

/* All that really happened on the machines, and what happens now: the chain ends at the event itself. */
static void
test_real_events (void)
{
  for (unsigned i = 0; test_machine_names[i] != NULL; i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (test_machine_names[i]);
      const PwkObservation *observation = test_machine_observe (machine);
      PwkNowModel *now = pwk_now_build (observation, NULL);

      for (uint32_t k = 0; k < observation->n_events; k++)
        {
          g_autofree char *sentence = pwk_explain_event (machine->machine, &observation->events[k]);

          check_text (sentence, pwk_event_info ((PwkEventKind) observation->events[k].kind)->name);
        }
      check_text (now->sentence, "now");
      check_text (now->why, "now");
      g_assert_cmpuint (g_strv_length (now->chain), ==, observation->n_chain);
      pwk_now_free (now);
    }
}

int
main (int argc, char **argv)
{
  const char *language = g_getenv ("LANGUAGE");

  setlocale (LC_ALL, "");
  if (g_getenv ("PAGEWALK_LOCALEDIR") != NULL)
    bindtextdomain (GETTEXT_PACKAGE, g_getenv ("PAGEWALK_LOCALEDIR"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  chinese = language != NULL && g_str_has_prefix (language, "zh");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/every-kind", test_every_kind);
  g_test_add_func ("/explain/places", test_places);
  g_test_add_func ("/explain/any-arguments", test_any_arguments);
  g_test_add_func ("/explain/real-events", test_real_events);
  return g_test_run ();
}
