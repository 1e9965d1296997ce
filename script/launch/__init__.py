"""四つのコマンド（server、test、check、prove）が分け合うもの。標準ライブラリーだけで動く。"""
