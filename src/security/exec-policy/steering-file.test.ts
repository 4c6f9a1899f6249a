import { expect, test } from 'vitest'
import { readScript } from './read-script.ts'
import { steeringFile } from './steering-file.ts'

test.each([
  ...['cd .git; echo x >> config; cd ..; git status', 'cd .git && echo x >> config && git -C .. status'],
  ...['(cd .git; echo x >> config); git status', 'pushd .git; echo x >> config; popd; git status'],
  ...[
    'echo x >> .gi?/config; git status',
    'echo x >> .git/c*; git status',
    'cd .gi?; echo x >> config; git -C .. status',
  ],
  ...[
    'echo x >> .gi{t,}/config; git status',
    'echo x >> ".git"/c*; git status',
    '{ echo x; } >> .gi?/config; git status',
  ],
  ...['ln -s .git g; echo x >> g/config; git status', 'mv .git g; echo x >> g/config; mv g .git; git status'],
  ...['ln .git/config c; echo x >> c; git status', 'cp -l .git/config c; echo x >> c; git status'],
  ...[
    'ln -s "$PWD/.git" g; echo x >> g/config; git status',
    'ln -s .git/hooks h; echo x > h/post-checkout; git status',
  ],
  ...['echo x > config; cp config .git; git status', 'cp -t .git config; git status', 'mv config .git/; git status'],
  ...['install config .git/; git status', 'ln -sf ../config .git/; git status', 'cp h/* .git/; git status'],
  ...['cp -r h/. .git; git status', 'rsync -a h/ .git/; git status', 'cp -r hooks .git/; git status'],
  ...['cp post-checkout .git/hooks; git checkout -b z', 'cp attributes .git/info/; git diff'],
  ...['cp -r .git y; echo x >> y/config; git --git-dir=y status', 'cp -r rem.git y; echo x >> y/config; git -C y log'],
  ...['git init --bare y; echo x >> y/config; git -C y log', 'echo x >> y/config; git --git-dir y log'],
  ...['git clone --bare . y; cd y; echo x >> config; git log', 'echo x > y/hooks/post-checkout; git --git-dir=y log'],
  ...['cd .git/hooks; echo x > post-checkout; chmod +x post-checkout; cd ../..; git checkout -b z'],
  ...[
    'cd .git; echo x > hooks/post-checkout; cd ..; git checkout -b z',
    'cd sub; cd ../.git; echo x >> config; git status',
  ],
  ...[
    'cd "$dir"; echo x >> config; git status',
    'echo x >> "$dir/config"; git status',
    'echo x > $dir/hooks/a; git status',
  ],
  ...['ln -s $a g; echo x >> g/config; git status', 'echo x > ".git/$name"', 'cp "$file" .git/; git status'],
  ...[
    'echo "gitdir: y" > .git; git status',
    'echo y > .git/commondir; git status',
    'env -C .git tee config; git status',
  ],
  ...['cd .git; cd modules/a; tee config; git status', 'cd ~/.config/git; tee config; git status', 'tee .GIT/CONFIG'],
  ...['for a in 1 2; do echo x >> .gi?/config; done; git status', 'cd .git; tar xf ../a.tar; git -C .. status'],
])('a script that writes what git runs is code, however it names the place: %s', async (script) => {
  expect(steeringFile(await readScript(script))).toBeDefined()
})

test.each([
  ...['cd sub && npm run build > out.log && git status', 'cp a b; git add b', 'mkdir x && cd x && git init'],
  ...[
    'echo x >> "$file"; git commit -am y',
    'cp -r a b; git add b',
    'mv a b && git add -A',
    'cd "$dir" && make > out.log; git status',
  ],
  ...[
    'rm -rf .git && git init',
    'echo tmp >> .git/info/exclude',
    'mkdir -p .git/info && echo tmp >> .git/info/exclude',
  ],
  ...[
    'cd .git && ls; cat config',
    'cat .git/config; git status',
    'cp .git/config backup; git status',
    'ls .git/hooks; git log > log.txt',
  ],
  ...[
    'cd sub; echo x > config; git add config',
    'echo x > conf/config; git -C .. status',
    'cp conf/config build/; git status',
  ],
  ...[
    'ln -s ../a b; git add b',
    'mv "$a" "$b"; git add -A',
    'cp "$a" out/; git status',
    'cp -r src/* dist/; git add dist',
    'cp * ../x',
  ],
  ...[
    'sed -i s/a/b/ src/*.ts && git diff',
    'sed -i s/a/b/ "$dir"/*.ts && git diff',
    'sed -i s/a/b/ "$dir"/*; git diff',
  ],
  ...[
    'echo x > .gitignore; git add .gitignore',
    'echo x > .gitattributes; git add -A',
    'tee .github/workflows/a.yml; git add -A',
  ],
  ...[
    'git clone https://x.example/p/repo.git && cd repo && npm test',
    'git clone https://x.example/a.git b; cd b; echo x > c',
  ],
  ...['tar czf a.tgz .git', 'cd a && cp ../b . && git add b', 'git -C sub log > log.txt', 'git -C "$dir" log > "$out"'],
  ...[
    'tar xf a.tar && git add -A',
    'rsync -a src/ dist/ && git status',
    'echo x > "$(mktemp)"; git status',
    'mv .gitignore a',
  ],
  ...[
    'cp -r . ../copy && git status',
    'cd ../other && git pull && cp a b',
    'for f in *.ts; do sed -i s/a/b/ "$f"; done; git diff',
  ],
  ...['mkdir -p "$out/hooks"', 'ln -sf "$PWD/a" ~/bin/a; git status', 'install -m 755 a /usr/local/bin/; git status'],
])('ordinary work beside git stays free: %s', async (script) => {
  expect(steeringFile(await readScript(script))).toBeUndefined()
})

test('a script that starts in a git directory writes there', async () => {
  const reading = { ...(await readScript('echo x >> config')), startsIn: '/w/.git' }
  expect(steeringFile(reading)).toBe('config')
  expect(steeringFile({ ...reading, startsIn: '/w/src' })).toBeUndefined()
})

test('a long script is judged without its places multiplying', async () => {
  const lines = Array.from({ length: 300 }, (_, at) => `cd d${at}; cp "$a" y${at}; echo x > f${at}`)
  expect(steeringFile(await readScript([...lines, 'git status'].join('\n')))).toBeUndefined()
})
