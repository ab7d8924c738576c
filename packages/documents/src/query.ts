import { Context } from 'mingo/core';
import * as queryOperators from 'mingo/operators/query';
import { Query } from 'mingo/query';
import type { Filter } from './documents.ts';

/** Operators of filters alone: those of aggregations and updates would be a fifth of SRM's start. */
const context = Context.init({ query: queryOperators });

/** @returns a query of mingo, which tests documents and projects them */
export const queryOf = (filter: Filter): Query => new Query(filter, { context, scriptEnabled: false });
