// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are texts of a shell

/** Scripts as agents and people write them every day. */
export const everydayScripts: readonly string[] = [
  ...[
    'ls -la',
    'cd src && ls',
    'git status --short',
    'git diff --stat HEAD~1 -- src',
    'git log --oneline -n 20 | cat',
    'pwd; whoami; date -u +%FT%TZ',
  ],
  ...[
    'cat package.json | jq -r ".scripts | keys[]"',
    "rg -n 'export function' src --type ts | head -50",
    'find . -name "*.ts" -not -path "*/node_modules/*" | xargs wc -l | sort -n | tail -5',
  ],
  ...[
    'sed -n "10,40p" src/main.ts',
    "sed -i 's/foo/bar/g' a.txt b.txt",
    `awk -F: '{ print $1 " " $3 }' /etc/passwd`,
    'grep -rn "TODO" --include="*.py" . || true',
    'npm ci && npm test -- --run 2>&1 | tail -n 30',
  ],
  ...[
    'npx tsc --noEmit -p .',
    'python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt',
    'pytest -q tests/test_a.py::test_b -k "not slow"',
    'cargo build --release 2>&1 | grep -E "^(warning|error)"',
    'go test ./... -run TestX -count=1',
  ],
  ...[
    'for f in *.md; do echo "== $f"; head -3 "$f"; done',
    'for i in {1..3}; do curl -sf http://localhost:$((8000 + i))/ && break; sleep 1; done',
    'while read -r line; do printf "%s\\n" "${line%%#*}"; done < input.txt',
    'i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $i',
  ],
  ...[
    'if [ -f .env ]; then set -a; . ./.env; set +a; fi',
    'if ! command -v node >/dev/null 2>&1; then echo "no node" >&2; exit 1; fi',
    '[ -d dist ] && rm -rf dist; mkdir -p dist/assets',
    'test -n "$CI" && echo ci || echo local',
  ],
  ...[
    'cat > config.json <<EOF\n{ "port": ${PORT:-8080}, "name": "$(hostname)" }\nEOF',
    "cat <<'EOF' > script.py\nimport sys\nprint(f'{sys.argv[0]!r}')\nEOF\npython3 script.py",
    'mysql -u root <<SQL\nselect count(*) from users where name like "a%";\nSQL',
  ],
  ...[
    'tar czf out.tgz --exclude=.git . && mv out.tgz /tmp/',
    'diff <(sort a.txt) <(sort b.txt)',
    'comm -12 <(sort a) <(sort b) | tee both.txt',
    "ps aux | grep [n]ode | awk '{print $2}' | xargs -r kill",
    'docker run --rm -v "$PWD":/work -w /work node:22 npm test',
  ],
  ...[
    'export PATH="$HOME/.local/bin:$PATH"; which tool',
    'VERSION=$(node -p "require(\'./package.json\').version"); git tag "v$VERSION"',
    'GIT_PAGER=cat git log -1 --format=%H',
    'NODE_ENV=test CI=1 npm run build',
    'echo "a  b" | tr -s " " | cut -d" " -f2',
  ],
  ...[
    'git add -A && git commit -m "fix: handle $HOME in \\"paths\\"" && git push origin HEAD',
    "git commit -m 'first line' -m 'second; line' --no-verify",
    'git stash push -m wip -- src/ && git checkout main && git stash pop',
  ],
  ...[
    'set -euo pipefail\nroot=$(cd "$(dirname "$0")/.." && pwd)\ncd "$root"\nnpm run build\nnode dist/main.js "$@"',
    'case "$(uname -s)" in\n  Linux*) os=linux ;;\n  Darwin*) os=mac ;;\n  *) echo "unknown" >&2; exit 1 ;;\nesac\necho "$os"',
  ],
  ...[
    'build() {\n  local out="$1"; shift\n  mkdir -p "$out" || return 1\n  cp -r "$@" "$out"\n}\nbuild dist src README.md',
    'function cleanup { rm -f "$tmp"; }\ntmp=$(mktemp)\ntrap cleanup EXIT\ncurl -fsSL https://example.com/x > "$tmp"',
  ],
  ...[
    '(cd packages/a && npm test) & (cd packages/b && npm test) & wait',
    '{ echo header; cat body; } > page.txt',
    'exec 3> log.txt; echo start >&3; exec 3>&-',
    'make -j"$(nproc)" all 2> >(tee errors.log >&2)',
    'echo done > /dev/null 2>&1',
    'sort -u < in > out 2>> err',
  ],
  ...[
    'arr=(a "b c" d); for x in "${arr[@]}"; do echo "[$x]"; done; echo ${#arr[@]}',
    'declare -A m; m[key]=value; echo "${m[key]}"',
    'readonly X=1 Y="two words"; export X',
    'name=${file##*/}; base=${name%.*}; echo "${base^^}" "${name/a/b}" "${base:0:3}"',
  ],
  ...[
    '[[ $branch == release/* ]] && echo yes',
    '[[ "$a" =~ ^[0-9]+$ && -n $b ]] || exit 2',
    '(( count > 3 )) && echo many',
    'echo $(( (a + b) * 2 ))',
    'let x=1+2; echo $x',
    'select o in a b; do echo $o; break; done',
  ],
  ...[
    'kubectl get pods -o jsonpath="{.items[*].metadata.name}"',
    'curl -s -X POST -H "Content-Type: application/json" -d \'{"a":"b"}\' http://localhost:3000/api',
    'ssh host "cd /srv && git pull"',
    'sudo systemctl restart nginx',
    'timeout 30 npm start || echo "took too long"',
  ],
  ...[
    'echo "line one\nline two" >> notes.txt',
    "printf '%s\\n' 'it'\\''s' \"quoted\"",
    "echo $'tab\\tnew\\nline'",
    'echo a\\ b \\; c',
    '# a comment\nls # another\n\n# last',
    'ls *.{js,ts} src/**/*.tsx 2>/dev/null',
    'cp ~/.bashrc ~user/file ./',
  ],
]
