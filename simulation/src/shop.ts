/** A product of three components, a library, two services that depend on each other, and where it goes. */
export const shop = `
apiVersion: srm/v1
kind: Product
metadata: { name: shop, tenant: acme }
spec:
  type: microservices
  components:
    - name: money
      type: library
      source: { path: /src/money }
      build: { run: [[tsc]], output: dist }
    - name: store
      source: { path: /src/store }
      build: { run: [[tsc]], output: dist }
      package: { files: { dist: /app }, workdir: /app }
      workload: { command: [node, main.js], ports: { http: { port: 8080 } } }
      outputs: { url: 'http://\${service.host}:\${service.ports.http}' }
    - name: web
      source: { path: /src/web }
      build: { needs: { money: vendor/money }, run: [[tsc]], output: dist }
      package: { files: { dist: /app }, workdir: /app }
      workload: { command: [node, main.js], variables: { STORE: '\${components.store.url}' }, ports: { http: { port: 8080 } } }
      outputs: { url: 'http://\${service.host}:\${service.ports.http}' }
---
apiVersion: srm/v1
kind: Environment
metadata: { name: development, tenant: acme }
spec: { stage: development, target: { driver: process } }
`;
