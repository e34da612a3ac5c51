"""The import wizard (数据导入): a ledger is sent, its columns are named, it is checked, decided on and written.

`work` are its jobs, the only place where a file is opened; `projects.actions.imports` is what people do to it; the
pages stand at `/desk/import/` and, for counties and organisations, at `/my/import/`.
"""
