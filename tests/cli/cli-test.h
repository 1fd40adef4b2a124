/* cli-test.h - pagewalk-cli called as a user calls it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

typedef struct { char *out, *err; int status; } CliAnswer;

void cli_answer_clear (CliAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliAnswer, cli_answer_clear)

/* Takes the program from the command line of the test. */
void        cli_test_init    (int *argc, char ***argv);
/* Runs the program with the arguments, separated by blanks, and @input as its standard input; cli_call_in () in a language. */
CliAnswer   cli_call         (const char *arguments, const char *input);
CliAnswer   cli_call_in      (const char *language, const char *arguments, const char *input);
/* What it printed and its exit status are these; NULL: whatever it is. */
void        cli_check        (const char *arguments, const char *input, int status, const char *out, const char *err);
/* A file below data/. Caller frees. */
char       *cli_data_file    (const char *name);
/* The object that @text holds; @parser keeps it. */
JsonObject *cli_parse_object (JsonParser *parser, const char *text);
