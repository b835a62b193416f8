$line0 << EOD
1 61.03147937739507 60.45884739502844 61.6041113597617
2 62.71734157396531 62.27267626381572 63.162006884114895
3 62.39653880237214 60.96803203942314 63.82504556532114
EOD
$line1 << EOD
1 57.45096680224082 56.501770036458154 58.40016356802349
2 56.361564163546404 55.35572795540445 57.36740037168836
3 57.81715280086437 57.80636026297294 57.827945338755804
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Validation accuracy (%), learning rate 0.0005, n = 2 to 3' at screen 0.5,0.948 center font ',16' textcolor rgb '#222222'
set label 2 'mean ± standard deviation over the n seeds (divided by n); unfinished: 5 of 6 trainings are done' at screen 0.5,0.89 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.55,0.038 center center horizontal reverse Left samplen 4 maxcols 2 textcolor rgb '#222222'
set label 3 'epoch' at screen 0.55,0.112 center textcolor rgb '#222222'
set label 4 'validation accuracy (%), mean ± std' at screen 0.0238,0.52 center rotate by 90 textcolor rgb '#222222'
set xrange [0.75:3.25]
set xtics ('1' 1, '2' 2, '3' 3)
set yrange [54:64]
set ytics ('54' 54, '56' 56, '58' 58, '60' 60, '62' 62, '64' 64)
plot $line0 using 1:3:4 with filledcurves lc rgb '#1f77b4' notitle, \
    $line1 using 1:3:4 with filledcurves lc rgb '#ff7f0e' notitle, \
    $line0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 0.8 pi 1 lw 2 title 'BN (n = 3)', \
    $line1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 0.8 pi 1 lw 2 title 'LN (n = 2 to 3)'
