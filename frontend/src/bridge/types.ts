import type { app } from '../../wailsjs/go/models';

// The types of the calls are those that Go generates, without the methods that
// their classes carry.
type Plain<T> = T extends (infer U)[]
  ? Plain<U>[]
  : T extends object
    ? { [K in keyof T as K extends 'convertValues' ? never : K]: Plain<T[K]> }
    : T;

export type { Plain };
export type Act = Plain<app.Act>;
export type Answer = Plain<app.Answer>;
export type Answered = Plain<app.Answered>;
export type Attached = Plain<app.Attached>;
export type Board = Plain<app.Board>;
export type Box = Plain<app.Box>;
export type Candidate = Plain<app.Candidate>;
export type Catalogue = Plain<app.Catalogue>;
export type Category = Plain<app.Category>;
export type Colleague = Plain<app.Colleague>;
export type Column = Plain<app.Column>;
export type Contract = Plain<app.Contract>;
export type Draft = Plain<app.Draft>;
export type Examination = Plain<app.Examination>;
export type Field = Plain<app.Field>;
export type Figure = Plain<app.Figure>;
export type FileRules = Plain<app.FileRules>;
export type Finding = Plain<app.Finding>;
export type HistoryEntry = Plain<app.HistoryEntry>;
export type Invoice = Plain<app.Invoice>;
export type Item = Plain<app.Item>;
export type Kept = Plain<app.Kept>;
export type Keys = Plain<app.Keys>;
export type Known = Plain<app.Known>;
export type Life = Plain<app.Life>;
export type Member = Plain<app.Member>;
export type Message = Plain<app.Message>;
export type Notice = Plain<app.Notice>;
export type NamedQuery = Plain<app.NamedQuery>;
export type Orphan = Plain<app.Orphan>;
export type Page = Plain<app.Page>;
export type PaperWords = Plain<app.PaperWords>;
export type Person = Plain<app.Person>;
export type Practice = Plain<app.Practice>;
export type Problem = Plain<app.Problem>;
export type Query = Plain<app.Query>;
export type Recovered = Plain<app.Recovered>;
export type Request = Plain<app.Request>;
export type RequestType = Plain<app.Type>;
export type Report = Plain<app.Report>;
export type Saved = Plain<app.Saved>;
export type Screened = Plain<app.Screened>;
export type Settings = Plain<app.Settings>;
export type Site = Plain<app.Site>;
export type Status = Plain<app.Status>;
export type StoredFile = Plain<app.File>;
export type SupportFinding = Plain<app.SupportFinding>;
export type SupportNotice = Plain<app.SupportNotice>;
export type Table = Plain<app.Table>;
export type Text = Plain<app.Text>;
export type TextFinding = Plain<app.TextFinding>;
export type Update = Plain<app.Update>;
export type Unread = Plain<app.Unread>;
export type View = Plain<app.View>;
export type Content = Plain<app.Content>;

// Progress comes with an event, of which no type is generated (app.Progress).
export interface Progress {
  token: string;
  request: string;
  file: string;
  done: number; // bytes; pages or parts of a file that is looked into
  total: number;
}

// ActKind is what a person can do with a request that the portal has.
export type ActKind = 'reply' | 'withdraw' | 'close' | 'reopen' | 'watch' | 'unwatch' | 'watchers';
