// GitHub's GraphQL schema as a server on loopback: refuses queries that the schema does not allow, answers the others with data
// of the right shapes. Ends when its standard input does.
import { createServer } from 'node:http';
import { buildASTSchema, graphql, parse, validate } from 'graphql';
import { addMocksToSchema } from '@graphql-tools/mock';
import { schema as published } from '@octokit/graphql-schema';

// The published schema repeats a field.
const plain = buildASTSchema(parse(published.idl), { assumeValidSDL: true });
const time = () => '2026-01-02T03:04:05Z';
const schema = addMocksToSchema({
  schema: plain,
  mocks: {
    DateTime: time, PreciseDateTime: time, GitTimestamp: time, Date: () => '2026-01-02', URI: () => 'https://github.com/o/r/issues/1',
    GitObjectID: () => 'a'.repeat(40), HTML: () => '<p/>', Base64String: () => '', GitSSHRemote: () => '', X509Certificate: () => '',
    BigInt: () => '1', Node: () => ({ __typename: 'Issue' }), PageInfo: () => ({ hasNextPage: false, endCursor: null }),
  },
});

createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', async () => {
    const { query, variables } = JSON.parse(body);
    const errors = validate(plain, parse(query));
    const answer = errors.length
      ? { errors: errors.map((error) => ({ type: 'invalid', message: error.message })) }
      : await graphql({ schema, source: query, variableValues: variables });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
process.stdin.on('end', () => process.exit(0)).resume();
