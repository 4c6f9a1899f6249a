import type { ProgramSpecs } from './program-spec.ts'

/** Programs of Python that run code which cannot be read here: what their words mean. From python(1), `pip --help`, the sites of uv, poetry and twine. */
export const pythonPrograms: ProgramSpecs = {
  'python python2 python3 pypy pypy3': {
    opaque: true,
    options: {
      plain: '-m= -W= -X= --check-hash-based-pycs= -b -B -d -E -i -I -O -P -q -s -S -u -v -x',
      ...{ code: '-c=', inert: '-V --version' },
    },
  },
  pip: {
    opaque: true,
    options: {
      plain:
        '--python= --log= --log-file= --local-log= --keyring-provider= --proxy= --retries= --timeout= --default-timeout= --exists-action= --trusted-host= --cert= --client-cert= --cache-dir= --use-feature= --use-deprecated= --resume-retries= -r= --requirement= -c= --constraint= -e= --editable= -t= --target= --platform= --python-version= --implementation= --abi= --root= --prefix= --src= -i= --index-url= --pypi-url= --extra-index-url= -f= --find-links= --progress-bar= --no-binary= --only-binary= --report= --debug --isolated --require-virtualenv --require-venv -v --verbose -q --quiet --no-input --no-cache-dir --disable-pip-version-check --no-color --no-python-version-warning -U --upgrade --user --pre --no-deps --force-reinstall --dry-run',
      inert: '-V --version',
    },
  },
  uv: {
    opaque: true,
    style: 'exact',
    synonyms: 'tool run, x',
    options: {
      plain:
        '--cache-dir= --color= --directory= --project= --config-file= --allow-insecure-host= --python-preference= --python-fetch= -n --no-cache --offline --native-tls --managed-python --no-managed-python --no-python-downloads --no-progress --no-config -q --quiet -v --verbose',
      inert: '-V --version',
    },
  },
  uvx: {
    style: 'exact',
    options: {
      plain:
        '--from= -w= --with= --with-editable= --with-requirements= -p= --python= --index= --default-index= -i= --index-url= --extra-index-url= -f= --find-links= -c= --constraints= -b= --build-constraints= --overrides= --cache-dir= --directory= --project= --config-file= --color= --env-file= -P= --upgrade-package= --isolated --offline -n --no-cache -q --quiet -v --verbose -U --upgrade --refresh --no-progress --no-config',
    },
  },
  poetry: {
    opaque: true,
    style: 'exact',
    options: {
      plain:
        '-C= --directory= -P= --project= -r= --repository= -u= --username= -p= --password= --cert= --client-cert= --dist-dir= -q --quiet -n --no-interaction -v -vv -vvv --verbose --no-plugins --no-cache --ansi --no-ansi --build --dry-run --skip-existing',
      inert: '-V --version',
    },
  },
  pipx: {
    opaque: true,
    options: { plain: '-q --quiet -v --verbose --global', inert: '--version' },
  },
  twine: {
    opaque: true,
    options: {
      plain:
        '-r= --repository= --repository-url= -i= --identity= --sign-with= -u= --username= -p= --password= -c= --comment= --config-file= --cert= --client-cert= --no-color -s --sign --skip-existing --verbose --non-interactive --disable-progress-bar --attestations',
      inert: '--version',
    },
  },
}
