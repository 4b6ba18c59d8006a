// Starts a workflow with inputs, which Studio's own button does not ask for.
(() => {
  'use strict';
  const { api, token, go, place } = window.dnc;
  const byId = id => document.getElementById(id);
  const definition = /^definitions\/([^/]+)$/.exec(place())?.[1];
  if (!definition || !token()) return;

  const call = async (method, path, body) => {
    const answer = await fetch(`${api}/${path}`, {
      method,
      headers: { authorization: `Bearer ${token()}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) throw new Error(`The server refuses (${answer.status}).`);
    return answer;
  };

  const field = input => {
    const label = document.createElement('label');
    const value = document.createElement(input.uiHint === 'multiline' ? 'textarea' : 'input');
    value.name = input.name;
    const hint = document.createElement('small');
    hint.textContent = input.description ?? '';
    label.append(input.displayName ?? input.name, value, hint);
    return label;
  };

  call('GET', `workflow-definitions/by-definition-id/${definition}?versionOptions=Published`).then(answer => answer.json()).then(found => {
    if (!found.inputs?.length) return;
    byId('ask-title').textContent = `Run ${found.name}`;
    byId('fields').replaceChildren(...found.inputs.map(field));
    byId('run').hidden = false;
  }).catch(() => { /* a draft that was never published cannot be run */ });

  byId('run').addEventListener('click', () => byId('ask').showModal());
  byId('ask-cancel').addEventListener('click', () => byId('ask').close());
  byId('inputs').addEventListener('submit', async event => {
    event.preventDefault();
    const start = event.submitter;
    start.disabled = true; // a disabled button submits nothing: two clicks are one run
    byId('ask-refused').textContent = '';
    try {
      const given = [...new FormData(byId('inputs'))].filter(([, value]) => value !== '');
      // Answered when the first burst is stored: Studio's viewer fails on an instance that is not all there yet.
      const started = await call('POST', `workflow-definitions/${definition}/execute`, { input: Object.fromEntries(given) });
      go(`instances/${started.headers.get('x-elsa-workflow-instance-id')}`);
    } catch (error) {
      byId('ask-refused').textContent = error.message;
      start.disabled = false;
    }
  });
})();
