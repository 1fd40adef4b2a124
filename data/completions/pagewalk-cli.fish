# pagewalk-cli.fish - completion of pagewalk-cli's commands, options and names for fish
# SPDX-License-Identifier: GPL-3.0-or-later
# The program itself is asked what there is, so that nothing is said twice.

function __pagewalk_cli_is_option
    string match -q -- '-*' (commandline -ct)
end

function __pagewalk_cli_options
    pagewalk-cli (commandline -opc)[2] --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*'
end

complete -c pagewalk-cli -n __fish_use_subcommand -f -a "(pagewalk-cli help --list 2>/dev/null | sed -n 's/\tcommand\$//p')"
complete -c pagewalk-cli -n 'not __fish_use_subcommand; and __pagewalk_cli_is_option' -f -a '(__pagewalk_cli_options)'
complete -c pagewalk-cli -n '__fish_seen_subcommand_from export' -l view -x -a '(pagewalk-cli views 2>/dev/null | cut -f1)'
complete -c pagewalk-cli -n '__fish_seen_subcommand_from run replay growth' -l set -x -a "(pagewalk-cli help --list 2>/dev/null | sed -n 's/\tkey\$/=/p')"
complete -c pagewalk-cli -n '__fish_seen_subcommand_from help' -f -a '(pagewalk-cli help --list 2>/dev/null)'
