# pagewalk-cli.fish - completion of pagewalk-cli's commands, options and names for fish
# SPDX-License-Identifier: GPL-3.0-or-later
# The program itself is asked what there is, so that nothing is said twice.

complete -c pagewalk-cli -n __fish_use_subcommand -f -a "(pagewalk-cli --help 2>/dev/null | sed -n 's/^  pagewalk-cli \([a-z-]*\).*/\1/p')"
complete -c pagewalk-cli -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -f -a "(pagewalk-cli (commandline -opc)[2] --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*')"
complete -c pagewalk-cli -n '__fish_seen_subcommand_from export' -l view -x -a "(pagewalk-cli views 2>/dev/null | cut -f1)"
complete -c pagewalk-cli -n '__fish_seen_subcommand_from help' -f -a "(pagewalk-cli calls 2>/dev/null | cut -f1)"
